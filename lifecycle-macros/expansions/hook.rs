async fn deregister(registry: Res<Registry>) {}
#[doc(hidden)]
#[allow(non_local_definitions)]
#[macro_export]
macro_rules! two_components_are_named__deregister__give_one_another_name {
    () => {};
}
const _: () = {
    use renamed as __lifecycle;
    static __LIFECYCLE_HOOK: __lifecycle::__private::HookDescriptor = __lifecycle::__private::HookDescriptor {
        name: "deregister",
        place: __lifecycle::__private::Origin::new(
            ::core::file!(),
            ::core::line!(),
            ::core::column!(),
            ::core::module_path!(),
        ),
        settings: __lifecycle::__private::HookSettings {
            phase: __lifecycle::__private::Phase::StopNewWork,
            priority: 0i32,
            timeout: __lifecycle::__private::Option::None,
            tags: __lifecycle::__private::Tags::Borrowed(&[]),
        },
        needs: &[<Res<Registry> as __lifecycle::__private::Inject>::need],
        run: __lifecycle_run,
    };
    fn __lifecycle_run(
        context: &__lifecycle::__private::Context,
    ) -> __lifecycle::__private::Run {
        let a0 = <Res<Registry> as __lifecycle::__private::Inject>::inject(context);
        __lifecycle::__private::Box::pin(async move {
            let output = deregister(a0).await;
            __lifecycle::__private::settle(output)
        })
    }
    __lifecycle::__private::inventory::submit! {
        __lifecycle::__private::Registration::Hook(& __LIFECYCLE_HOOK)
    }
};
