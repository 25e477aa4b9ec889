impl Prober {
    async fn probe(&self, db: Res<Database>) -> Result<(), ProbeError> {
        Ok(())
    }
    async fn leave(&self) {}
    fn helper(&self) {}
}
#[doc(hidden)]
#[allow(non_local_definitions)]
#[macro_export]
macro_rules! two_components_are_named__probe__give_one_another_name {
    () => {};
}
const _: () = {
    use ::lifecycle as __lifecycle;
    static __LIFECYCLE_TASK: __lifecycle::__private::TaskDescriptor = __lifecycle::__private::TaskDescriptor {
        name: "probe",
        place: __lifecycle::__private::Origin::new(
            ::core::file!(),
            ::core::line!(),
            ::core::column!(),
            ::core::module_path!(),
        ),
        settings: __lifecycle::__private::TaskSettings {
            priority: 0i32,
            interval: __lifecycle::__private::Option::Some(
                __lifecycle::__private::Duration::new(30u64, 0u32),
            ),
            initial_delay: __lifecycle::__private::Duration::new(0u64, 0u32),
            jitter: __lifecycle::__private::Duration::new(0u64, 0u32),
            missed: __lifecycle::__private::Missed::Skip,
            timeout: __lifecycle::__private::Option::None,
            on_shutdown: __lifecycle::__private::Option::None,
            stop_timeout: __lifecycle::__private::Option::None,
            critical: true,
            takes_shutdown: false,
            supervision: __lifecycle::__private::Supervision::DEFAULT,
            tags: __lifecycle::__private::Tags::Borrowed(&[]),
        },
        function: __lifecycle::__private::Code(__lifecycle_function::<()>),
        actions: __lifecycle::__private::Actions::NONE,
    };
    type __LifecycleOwner = Prober;
    #[allow(non_camel_case_types, dead_code)]
    fn __lifecycle_sends<probe: ?::core::marker::Sized>() {
        let _ = |this: &__LifecycleOwner, a0| __lifecycle::__private::sends(
            &<__LifecycleOwner>::probe(this, a0),
            <_ as __lifecycle::__private::TaskSends<probe, _>>::SENDS,
        );
    }
    #[allow(non_camel_case_types)]
    fn __lifecycle_function<probe: ?::core::marker::Sized>(
        ask: __lifecycle::__private::Ask<'_>,
    ) -> __lifecycle::__private::Answer {
        __lifecycle::__private::component(
                |this: __lifecycle::__private::Res<__LifecycleOwner>, a0| async move {
                    <__LifecycleOwner>::probe(&this, a0).await
                },
                (
                    <__LifecycleOwner as __lifecycle::__private::Owner>::TAKES,
                    <__lifecycle::__private::Inferred<
                        _,
                    > as __lifecycle::__private::TaskTakes<probe>>::TAKES,
                ),
                <__lifecycle::__private::Inferred<
                    _,
                > as __lifecycle::__private::TaskGives<probe>>::settle,
                __lifecycle::__private::Sends::ELSEWHERE,
            )
            .answer(ask)
    }
    __lifecycle::__private::inventory::submit! {
        __lifecycle::__private::Registration::Task(& __LIFECYCLE_TASK)
    }
};
#[doc(hidden)]
#[allow(non_local_definitions)]
#[macro_export]
macro_rules! two_components_are_named__leave__give_one_another_name {
    () => {};
}
const _: () = {
    use ::lifecycle as __lifecycle;
    static __LIFECYCLE_HOOK: __lifecycle::__private::HookDescriptor = __lifecycle::__private::HookDescriptor {
        name: "leave",
        place: __lifecycle::__private::Origin::new(
            ::core::file!(),
            ::core::line!(),
            ::core::column!(),
            ::core::module_path!(),
        ),
        settings: __lifecycle::__private::HookSettings {
            phase: __lifecycle::__private::Phase::Announce,
            priority: 0i32,
            timeout: __lifecycle::__private::Option::Some(
                __lifecycle::__private::Duration::new(1u64, 0u32),
            ),
            tags: __lifecycle::__private::Tags::Borrowed(&[]),
        },
        function: __lifecycle::__private::Code(__lifecycle_function::<()>),
    };
    type __LifecycleOwner = Prober;
    #[allow(non_camel_case_types, dead_code)]
    fn __lifecycle_sends<leave: ?::core::marker::Sized>() {
        let _ = |this: &__LifecycleOwner| __lifecycle::__private::sends(
            &<__LifecycleOwner>::leave(this),
            <_ as __lifecycle::__private::HookSends<leave, _>>::SENDS,
        );
    }
    #[allow(non_camel_case_types)]
    fn __lifecycle_function<leave: ?::core::marker::Sized>(
        ask: __lifecycle::__private::Ask<'_>,
    ) -> __lifecycle::__private::Answer {
        __lifecycle::__private::component(
                |this: __lifecycle::__private::Res<__LifecycleOwner>| async move {
                    <__LifecycleOwner>::leave(&this).await
                },
                (<__LifecycleOwner as __lifecycle::__private::Owner>::TAKES,),
                <__lifecycle::__private::Inferred<
                    _,
                > as __lifecycle::__private::HookGives<leave>>::settle,
                __lifecycle::__private::Sends::ELSEWHERE,
            )
            .answer(ask)
    }
    __lifecycle::__private::inventory::submit! {
        __lifecycle::__private::Registration::Hook(& __LIFECYCLE_HOOK)
    }
};
