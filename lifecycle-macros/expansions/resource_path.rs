#[derive(Default)]
struct Meter;
#[doc(hidden)]
#[allow(non_local_definitions)]
#[macro_export]
macro_rules! two_components_are_named__meter__give_one_another_name {
    () => {};
}
const _: () = {
    use ::lifecycle::__private as __lifecycle;
    static __LIFECYCLE_OPENING: &__lifecycle::Opening<dyn __lifecycle::Open> = &__lifecycle::open_default::<
        Meter,
    >();
    static __LIFECYCLE_RESOURCE: __lifecycle::ResourceDescriptor = __lifecycle::ResourceDescriptor::new(
        (
            "meter",
            ::core::concat!(::core::module_path!(), "::", ::core::stringify!(Meter)),
        ),
        __lifecycle::Origin::new(
            ::core::file!(),
            ::core::line!(),
            ::core::column!(),
            ::core::module_path!(),
        ),
        (0i32, &[]),
        __lifecycle::ResourceSettings::DEFAULT,
        __lifecycle::TypeKey::of::<Meter>,
        __LIFECYCLE_OPENING,
        __lifecycle::Closer::Owned(__lifecycle_close),
    );
    fn __lifecycle_closing(value: __lifecycle::AnyBox) -> impl __lifecycle::Closing {
        async move {
            use __lifecycle::{ByFuture as _, ByValue as _};
            let this = __lifecycle::owned::<Meter>(value);
            use __lifecycle::{
                PathByMut as _, PathByRef as _, PathByValue as _, PathUnknown as _,
            };
            let mut this = __lifecycle::Option::Some(this);
            let kind = (&&&&__lifecycle::ClosePath::<Meter, _>::new(shut_down)).kind();
            __lifecycle::verdict::<
                Meter,
                _,
            >(
                (&mut &mut __lifecycle::Call(
                    __lifecycle::Option::Some(kind.call(&mut this, shut_down)),
                ))
                    .done()
                    .await,
            )
        }
    }
    fn __lifecycle_close(value: __lifecycle::AnyBox) -> __lifecycle::CloseFuture {
        __lifecycle::closing::<Meter, _, _>(__lifecycle_closing(value))
    }
    #[automatically_derived]
    impl __lifecycle::Resource for Meter {
        const LINK: __lifecycle::Link = __LIFECYCLE_RESOURCE.link();
    }
    #[automatically_derived]
    impl __lifecycle::Described for Meter {
        fn descriptor() -> &'static __lifecycle::ResourceDescriptor {
            &__LIFECYCLE_RESOURCE
        }
    }
    __lifecycle::inventory::submit! {
        __lifecycle::Registration::Resource(& __LIFECYCLE_RESOURCE)
    }
    __lifecycle::check_resource(__LIFECYCLE_RESOURCE.link())
};
