struct Pool {
    inner: lapin::Connection,
}
#[doc(hidden)]
#[allow(non_local_definitions)]
#[macro_export]
macro_rules! two_components_are_named__pool__give_one_another_name {
    () => {};
}
const _: () = {
    use ::lifecycle::__private as __lifecycle;
    static __LIFECYCLE_OPENING: &__lifecycle::Opening<dyn __lifecycle::Open> = &__lifecycle::open_by::<
        Pool,
        _,
        _,
        _,
        _,
        _,
    >(Pool::new);
    static __LIFECYCLE_RESOURCE: __lifecycle::ResourceDescriptor = __lifecycle::ResourceDescriptor::new(
        (
            "pool",
            ::core::concat!(::core::module_path!(), "::", ::core::stringify!(Pool)),
        ),
        __lifecycle::Origin::new(
            ::core::file!(),
            ::core::line!(),
            ::core::column!(),
            ::core::module_path!(),
        ),
        (0i32, &[]),
        {
            let mut settings = __lifecycle::ResourceSettings::DEFAULT;
            settings.shared = true;
            settings
        },
        __lifecycle::TypeKey::of::<Pool>,
        __LIFECYCLE_OPENING,
        __lifecycle::Closer::Shared(__lifecycle_close),
    );
    fn __lifecycle_closing(value: __lifecycle::AnyArc) -> impl __lifecycle::Closing {
        async move {
            use __lifecycle::{ByFuture as _, ByValue as _};
            let value = __lifecycle::shared::<Pool>(value);
            let this = &*value;
            let it = this;
            __lifecycle::verdict::<
                Pool,
                _,
            >(
                (&mut &mut __lifecycle::Call(
                    __lifecycle::Option::Some(it.inner.close(200, "OK".into())),
                ))
                    .done()
                    .await,
            )
        }
    }
    fn __lifecycle_close(value: __lifecycle::AnyArc) -> __lifecycle::CloseFuture {
        __lifecycle::closing::<Pool, _, _>(__lifecycle_closing(value))
    }
    #[automatically_derived]
    impl __lifecycle::Resource for Pool {
        const LINK: __lifecycle::Link = __LIFECYCLE_RESOURCE.link();
    }
    #[automatically_derived]
    impl __lifecycle::Described for Pool {
        fn descriptor() -> &'static __lifecycle::ResourceDescriptor {
            &__LIFECYCLE_RESOURCE
        }
    }
    __lifecycle::inventory::submit! {
        __lifecycle::Registration::Resource(& __LIFECYCLE_RESOURCE)
    }
    __lifecycle::check_resource(__LIFECYCLE_RESOURCE.link())
};
