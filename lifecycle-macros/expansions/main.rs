fn main() {
    async fn main(shutdown: Shutdown) -> Result<(), AppError> {
        use ::lifecycle as __lifecycle;
        use __lifecycle::__private::Marked as _;
        shutdown
            .requested()
            .__lifecycle_at(const {
                &__lifecycle::__private::Site::new(
                    ::core::file!(),
                    ::core::line!(),
                    ::core::column!(),
                    "shutdown.requested()",
                )
            })
            .await;
        Ok(())
    }
    use ::lifecycle as __lifecycle;
    #[allow(non_camel_case_types)]
    fn __lifecycle_function<main: ?::core::marker::Sized>(
        ask: __lifecycle::__private::Ask<'_>,
    ) -> __lifecycle::__private::Answer {
        __lifecycle::__private::component(
                main,
                (
                    <__lifecycle::__private::Inferred<
                        _,
                    > as __lifecycle::__private::MainTakes<main>>::TAKES,
                ),
                <__lifecycle::__private::Inferred<
                    _,
                > as __lifecycle::__private::MainGives<main>>::settle,
                <_ as __lifecycle::__private::MainSends<main, _>>::SENDS,
            )
            .answer(ask)
    }
    static __LIFECYCLE_MAIN: __lifecycle::__private::MainDescriptor = __lifecycle::__private::MainDescriptor {
        place: __lifecycle::__private::Origin::new(
            ::core::file!(),
            ::core::line!(),
            ::core::column!(),
            ::core::module_path!(),
        ),
        settings: __lifecycle::__private::MainSettings {
            timeout: __lifecycle::__private::Option::Some(
                __lifecycle::__private::Duration::new(30u64, 0u32),
            ),
            phases: __lifecycle::__private::PhaseSettings {
                announce: __lifecycle::__private::Option::None,
                stop_new_work: __lifecycle::__private::Option::Some(
                    __lifecycle::__private::Duration::new(2u64, 0u32),
                ),
                complete_current: __lifecycle::__private::Option::None,
                cancel_tasks: __lifecycle::__private::Option::None,
                force_cleanup: __lifecycle::__private::Option::Some(
                    __lifecycle::__private::Duration::new(5u64, 0u32),
                ),
            },
            flavor: __lifecycle::__private::Option::Some(
                __lifecycle::__private::Flavor::MultiThread,
            ),
            worker_threads: __lifecycle::__private::Option::Some(2usize),
            expected: &[],
            version: ::core::option_env!("CARGO_PKG_VERSION"),
        },
        function: __lifecycle::__private::Code(__lifecycle_function::<()>),
    };
    __lifecycle::__private::inventory::submit! {
        __lifecycle::__private::Registration::Main(& __LIFECYCLE_MAIN)
    }
    __lifecycle::__private::main(&__LIFECYCLE_MAIN)
}
