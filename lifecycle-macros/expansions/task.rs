/// Looks after the database.
async fn health_check(mut db: Res<Database>, _: Shutdown) -> Result<(), HealthError> {
    use ::lifecycle::__private as __lifecycle;
    use __lifecycle::Marked as _;
    db.ping()
        .__lifecycle_at(const {
            &__lifecycle::Site::new(
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
    use ::lifecycle::__private as __lifecycle;
    static __LIFECYCLE_TASK: __lifecycle::TaskDescriptor = __lifecycle::TaskDescriptor {
        name: "health_check",
        place: __lifecycle::Origin::new(
            ::core::file!(),
            ::core::line!(),
            ::core::column!(),
            ::core::module_path!(),
        ),
        priority: 5i32,
        tags: &["db"],
        instances: 1usize,
        settings: __lifecycle::TaskSettings::new(
            __lifecycle::TaskKind::Periodic({
                let mut settings = __lifecycle::Periodic::every(
                    __lifecycle::Duration::new(30u64, 0u32),
                );
                settings.jitter = __lifecycle::Duration::new(1u64, 0u32);
                settings.on_shutdown = __lifecycle::Option::Some(
                    __lifecycle::OnShutdown::Finish,
                );
                settings
            }),
        ),
        function: __lifecycle::Code(__lifecycle_function),
        actions: __lifecycle::Actions::NONE,
    };
    #[allow(non_camel_case_types)]
    enum health_check {}
    #[allow(non_camel_case_types)]
    fn __lifecycle_function(ask: __lifecycle::Ask<'_>) -> __lifecycle::Answer {
        <_ as __lifecycle::TaskSends<health_check, _>>::SENDS
            .begin(
                ask,
                health_check,
                (
                    <__lifecycle::Inferred<
                        _,
                    > as __lifecycle::TaskTakes<health_check>>::TAKES,
                    <__lifecycle::Inferred<
                        _,
                    > as __lifecycle::TaskTakes<health_check>>::TAKES,
                ),
            )
            .answer(
                <__lifecycle::Inferred<
                    _,
                > as __lifecycle::TaskGives<health_check>>::settle,
            )
    }
    __lifecycle::inventory::submit! {
        __lifecycle::Registration::Task(& __LIFECYCLE_TASK)
    }
};
