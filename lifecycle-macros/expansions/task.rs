/// Looks after the database.
async fn health_check(mut db: Res<Database>, _: Shutdown) -> Result<(), HealthError> {
    use ::lifecycle as __lifecycle;
    use __lifecycle::__private::Marked as _;
    db.ping()
        .__lifecycle_at(const {
            &__lifecycle::__private::Site::new(
                ::core::file!(),
                ::core::line!(),
                ::core::column!(),
                "db.ping()",
            )
        })
        .await
}
#[doc(hidden)]
#[allow(non_local_definitions)]
#[macro_export]
macro_rules! two_components_are_named__health_check__give_one_another_name {
    () => {};
}
const _: () = {
    use ::lifecycle as __lifecycle;
    static __LIFECYCLE_TASK: __lifecycle::__private::TaskDescriptor = __lifecycle::__private::TaskDescriptor {
        name: "health_check",
        place: __lifecycle::__private::Origin::new(
            ::core::file!(),
            ::core::line!(),
            ::core::column!(),
            ::core::module_path!(),
        ),
        settings: __lifecycle::__private::TaskSettings {
            priority: 5i32,
            interval: __lifecycle::__private::Option::Some(
                __lifecycle::__private::Duration::new(30u64, 0u32),
            ),
            initial_delay: __lifecycle::__private::Duration::new(0u64, 0u32),
            jitter: __lifecycle::__private::Duration::new(1u64, 0u32),
            missed: __lifecycle::__private::Missed::Skip,
            timeout: __lifecycle::__private::Option::None,
            on_shutdown: __lifecycle::__private::Option::Some(
                __lifecycle::__private::OnShutdown::Finish,
            ),
            stop_timeout: __lifecycle::__private::Option::None,
            critical: true,
            takes_shutdown: __lifecycle::__private::takes_shutdown(
                &[
                    <Res<Database> as __lifecycle::__private::Inject>::IS_SHUTDOWN,
                    <Shutdown as __lifecycle::__private::Inject>::IS_SHUTDOWN,
                ],
            ),
            supervision: __lifecycle::__private::Supervision::DEFAULT,
            tags: __lifecycle::__private::Tags::Borrowed(&["db"]),
        },
        needs: &[
            <Res<Database> as __lifecycle::__private::Inject>::need,
            <Shutdown as __lifecycle::__private::Inject>::need,
        ],
        run: __lifecycle_run,
        actions: __lifecycle::__private::Actions::NONE,
    };
    fn __lifecycle_run(
        context: &__lifecycle::__private::Context,
    ) -> __lifecycle::__private::Run {
        let a0 = <Res<Database> as __lifecycle::__private::Inject>::inject(context);
        let a1 = <Shutdown as __lifecycle::__private::Inject>::inject(context);
        __lifecycle::__private::Box::pin(async move {
            let output = health_check(a0, a1).await;
            __lifecycle::__private::settle(output)
        })
    }
    __lifecycle::__private::inventory::submit! {
        __lifecycle::__private::Registration::Task(& __LIFECYCLE_TASK)
    }
};
