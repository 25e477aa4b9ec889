async fn deregister(registry: Res<Registry>) {}
#[doc(hidden)]
#[allow(non_local_definitions)]
#[macro_export]
macro_rules! two_components_are_named__deregister__give_one_another_name {
    () => {};
}
const _: () = {
    use renamed::__private as __lifecycle;
    static __LIFECYCLE_HOOK: __lifecycle::HookDescriptor = __lifecycle::HookDescriptor {
        name: "deregister",
        place: __lifecycle::Origin::new(
            ::core::file!(),
            ::core::line!(),
            ::core::column!(),
            ::core::module_path!(),
        ),
        priority: 0i32,
        tags: &[],
        settings: __lifecycle::HookSettings::new(__lifecycle::Phase::StopNewWork),
        function: __lifecycle::Code(__lifecycle_function::<()>),
    };
    #[allow(non_camel_case_types)]
    fn __lifecycle_function<deregister: ?::core::marker::Sized>(
        ask: __lifecycle::Ask<'_>,
    ) -> __lifecycle::Answer {
        <_ as __lifecycle::HookSends<deregister, _>>::SENDS
            .begin(
                ask,
                deregister,
                (
                    <__lifecycle::Inferred<
                        _,
                    > as __lifecycle::HookTakes<deregister>>::TAKES,
                ),
            )
            .answer(
                <__lifecycle::Inferred<_> as __lifecycle::HookGives<deregister>>::settle,
            )
    }
    __lifecycle::inventory::submit! {
        __lifecycle::Registration::Hook(& __LIFECYCLE_HOOK)
    }
};
