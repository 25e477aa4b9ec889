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
    use ::lifecycle::__private as __lifecycle;
    static __LIFECYCLE_TASK: __lifecycle::TaskDescriptor = __lifecycle::TaskDescriptor {
        name: "probe",
        place: __lifecycle::Origin::new(
            ::core::file!(),
            ::core::line!(),
            ::core::column!(),
            ::core::module_path!(),
        ),
        priority: 0i32,
        tags: &[],
        instances: 1usize,
        settings: __lifecycle::TaskSettings::new(
            __lifecycle::TaskKind::Periodic(
                __lifecycle::Periodic::every(__lifecycle::Duration::new(30u64, 0u32)),
            ),
        ),
        function: __lifecycle::Code(__lifecycle_function::<()>),
        actions: __lifecycle::Actions::NONE,
    };
    type __LifecycleOwner = Prober;
    #[allow(non_camel_case_types, dead_code)]
    fn __lifecycle_sends<probe: ?::core::marker::Sized>() {
        let _ = |this: &__LifecycleOwner, a0| __lifecycle::sends(
            &<__LifecycleOwner>::probe(this, a0),
            <_ as __lifecycle::TaskSends<probe, _>>::SENDS,
        );
    }
    #[allow(non_camel_case_types)]
    fn __lifecycle_function<probe: ?::core::marker::Sized>(
        ask: __lifecycle::Ask<'_>,
    ) -> __lifecycle::Answer {
        __lifecycle::Sends::ELSEWHERE
            .begin(
                ask,
                |this: __lifecycle::Res<__LifecycleOwner>, a0| async move {
                    <__LifecycleOwner>::probe(&this, a0).await
                },
                (
                    <__LifecycleOwner as __lifecycle::Owner>::TAKES,
                    <__lifecycle::Inferred<_> as __lifecycle::TaskTakes<probe>>::TAKES,
                ),
            )
            .answer(<__lifecycle::Inferred<_> as __lifecycle::TaskGives<probe>>::settle)
    }
    __lifecycle::inventory::submit! {
        __lifecycle::Registration::Task(& __LIFECYCLE_TASK)
    }
};
#[doc(hidden)]
#[allow(non_local_definitions)]
#[macro_export]
macro_rules! two_components_are_named__leave__give_one_another_name {
    () => {};
}
const _: () = {
    use ::lifecycle::__private as __lifecycle;
    static __LIFECYCLE_HOOK: __lifecycle::HookDescriptor = __lifecycle::HookDescriptor {
        name: "leave",
        place: __lifecycle::Origin::new(
            ::core::file!(),
            ::core::line!(),
            ::core::column!(),
            ::core::module_path!(),
        ),
        priority: 0i32,
        tags: &[],
        settings: {
            let mut settings = __lifecycle::HookSettings::new(
                __lifecycle::Phase::Announce,
            );
            settings.timeout = __lifecycle::Option::Some(
                __lifecycle::Duration::new(1u64, 0u32),
            );
            settings
        },
        function: __lifecycle::Code(__lifecycle_function::<()>),
    };
    type __LifecycleOwner = Prober;
    #[allow(non_camel_case_types, dead_code)]
    fn __lifecycle_sends<leave: ?::core::marker::Sized>() {
        let _ = |this: &__LifecycleOwner| __lifecycle::sends(
            &<__LifecycleOwner>::leave(this),
            <_ as __lifecycle::HookSends<leave, _>>::SENDS,
        );
    }
    #[allow(non_camel_case_types)]
    fn __lifecycle_function<leave: ?::core::marker::Sized>(
        ask: __lifecycle::Ask<'_>,
    ) -> __lifecycle::Answer {
        __lifecycle::Sends::ELSEWHERE
            .begin(
                ask,
                |this: __lifecycle::Res<__LifecycleOwner>| async move {
                    <__LifecycleOwner>::leave(&this).await
                },
                (<__LifecycleOwner as __lifecycle::Owner>::TAKES,),
            )
            .answer(<__lifecycle::Inferred<_> as __lifecycle::HookGives<leave>>::settle)
    }
    __lifecycle::inventory::submit! {
        __lifecycle::Registration::Hook(& __LIFECYCLE_HOOK)
    }
};
