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
        function: __lifecycle::__private::Code(__lifecycle_function::<()>),
    };
    #[allow(non_camel_case_types)]
    fn __lifecycle_function<deregister: ?::core::marker::Sized>(
        ask: __lifecycle::__private::Ask<'_>,
    ) -> __lifecycle::__private::Answer {
        __lifecycle::__private::component(
                deregister,
                (
                    <__lifecycle::__private::Inferred<
                        _,
                    > as __lifecycle::__private::HookTakes<deregister>>::TAKES,
                ),
                <__lifecycle::__private::Inferred<
                    _,
                > as __lifecycle::__private::HookGives<deregister>>::settle,
                <_ as __lifecycle::__private::HookSends<deregister, _>>::SENDS,
            )
            .answer(ask)
    }
    __lifecycle::__private::inventory::submit! {
        __lifecycle::__private::Registration::Hook(& __LIFECYCLE_HOOK)
    }
};
