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
            takes_shutdown: __lifecycle::__private::takes_shutdown(
                &[<Res<Database> as __lifecycle::__private::Inject>::IS_SHUTDOWN],
            ),
            supervision: __lifecycle::__private::Supervision::DEFAULT,
            tags: __lifecycle::__private::Tags::Borrowed(&[]),
        },
        needs: &[
            <Prober as __lifecycle::__private::Owner>::need,
            <Res<Database> as __lifecycle::__private::Inject>::need,
        ],
        run: __lifecycle_run,
        actions: __lifecycle::__private::Actions::NONE,
    };
    fn __lifecycle_run(
        context: &__lifecycle::__private::Context,
    ) -> __lifecycle::__private::Run {
        let this = <Prober as __lifecycle::__private::Owner>::inject(context);
        let a0 = <Res<Database> as __lifecycle::__private::Inject>::inject(context);
        __lifecycle::__private::Box::pin(async move {
            let output = <Prober>::probe(&this, a0).await;
            __lifecycle::__private::settle(output)
        })
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
        needs: &[<Prober as __lifecycle::__private::Owner>::need],
        run: __lifecycle_run,
    };
    fn __lifecycle_run(
        context: &__lifecycle::__private::Context,
    ) -> __lifecycle::__private::Run {
        let this = <Prober as __lifecycle::__private::Owner>::inject(context);
        __lifecycle::__private::Box::pin(async move {
            let output = <Prober>::leave(&this).await;
            __lifecycle::__private::settle(output)
        })
    }
    __lifecycle::__private::inventory::submit! {
        __lifecycle::__private::Registration::Hook(& __LIFECYCLE_HOOK)
    }
};
