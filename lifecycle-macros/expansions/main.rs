fn main() {
    async fn main(shutdown: Shutdown) -> Result<(), AppError> {
        use ::lifecycle::__private as __lifecycle;
        use __lifecycle::Marked as _;
        shutdown
            .requested()
            .__lifecycle_at(const {
                &__lifecycle::Site::new(
                    ::core::file!(),
                    ::core::line!(),
                    ::core::column!(),
                    "shutdown.requested()",
                )
            })
            .await;
        Ok(())
    }
    use ::lifecycle::__private as __lifecycle;
    #[allow(non_camel_case_types)]
    fn __lifecycle_function<main: ?::core::marker::Sized>(
        ask: __lifecycle::Ask<'_>,
    ) -> __lifecycle::Answer {
        <_ as __lifecycle::MainSends<main, _>>::SENDS
            .begin(
                ask,
                main,
                (<__lifecycle::Inferred<_> as __lifecycle::MainTakes<main>>::TAKES,),
            )
            .answer(<__lifecycle::Inferred<_> as __lifecycle::MainGives<main>>::settle)
    }
    static __LIFECYCLE_MAIN: __lifecycle::MainDescriptor = __lifecycle::MainDescriptor {
        place: __lifecycle::Origin::new(
            ::core::file!(),
            ::core::line!(),
            ::core::column!(),
            ::core::module_path!(),
        ),
        settings: __lifecycle::MainSettings {
            timeout: __lifecycle::Option::Some(__lifecycle::Duration::new(30u64, 0u32)),
            phases: __lifecycle::PhaseSettings {
                announce: __lifecycle::Option::None,
                stop_new_work: __lifecycle::Option::Some(
                    __lifecycle::Duration::new(2u64, 0u32),
                ),
                complete_current: __lifecycle::Option::None,
                cancel_tasks: __lifecycle::Option::None,
                force_cleanup: __lifecycle::Option::Some(
                    __lifecycle::Duration::new(5u64, 0u32),
                ),
            },
            flavor: __lifecycle::Option::Some(__lifecycle::Flavor::MultiThread),
            worker_threads: __lifecycle::Option::Some(2usize),
            on_shutdown: __lifecycle::Option::None,
            blocking: false,
            expected: &[],
            version: ::core::option_env!("CARGO_PKG_VERSION"),
        },
        function: __lifecycle::Code(__lifecycle_function::<()>),
    };
    __lifecycle::inventory::submit! {
        __lifecycle::Registration::Main(& __LIFECYCLE_MAIN)
    }
    __lifecycle::main(&__LIFECYCLE_MAIN)
}
