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
            takes_shutdown: false,
            supervision: __lifecycle::__private::Supervision::DEFAULT,
            tags: __lifecycle::__private::Tags::Borrowed(&["db"]),
        },
        function: __lifecycle::__private::Code(__lifecycle_function::<()>),
        actions: __lifecycle::__private::Actions::NONE,
    };
    #[allow(non_camel_case_types)]
    fn __lifecycle_function<health_check: ?::core::marker::Sized>(
        ask: __lifecycle::__private::Ask<'_>,
    ) -> __lifecycle::__private::Answer {
        __lifecycle::__private::component(
                health_check,
                (
                    <__lifecycle::__private::Inferred<
                        _,
                    > as __lifecycle::__private::TaskTakes<health_check>>::TAKES,
                    <__lifecycle::__private::Inferred<
                        _,
                    > as __lifecycle::__private::TaskTakes<health_check>>::TAKES,
                ),
                <__lifecycle::__private::Inferred<
                    _,
                > as __lifecycle::__private::TaskGives<health_check>>::settle,
                <_ as __lifecycle::__private::TaskSends<health_check, _>>::SENDS,
            )
            .answer(ask)
    }
    __lifecycle::__private::inventory::submit! {
        __lifecycle::__private::Registration::Task(& __LIFECYCLE_TASK)
    }
};
