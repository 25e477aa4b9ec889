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
    fn __lifecycle_run(
        context: &__lifecycle::__private::Context,
    ) -> __lifecycle::__private::Run {
        let a0 = <Shutdown as __lifecycle::__private::Inject>::inject(context);
        __lifecycle::__private::Box::pin(async move {
            let output = main(a0).await;
            __lifecycle::__private::settle(output)
        })
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
        takes_shutdown: __lifecycle::__private::takes_shutdown(
            &[<Shutdown as __lifecycle::__private::Inject>::IS_SHUTDOWN],
        ),
        needs: &[<Shutdown as __lifecycle::__private::Inject>::need],
        run: __lifecycle_run,
    };
    __lifecycle::__private::inventory::submit! {
        __lifecycle::__private::Registration::Main(& __LIFECYCLE_MAIN)
    }
    __lifecycle::__private::main(&__LIFECYCLE_MAIN)
}
