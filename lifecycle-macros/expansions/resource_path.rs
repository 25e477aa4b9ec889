#[derive(Default)]
struct Meter;
#[doc(hidden)]
#[allow(non_local_definitions)]
#[macro_export]
macro_rules! two_components_are_named__meter__give_one_another_name {
    () => {};
}
const _: () = {
    use ::lifecycle as __lifecycle;
    static __LIFECYCLE_OPENING: &__lifecycle::__private::Opening<
        dyn __lifecycle::__private::Open,
    > = &__lifecycle::__private::open_default::<Meter>();
    static __LIFECYCLE_NODE: __lifecycle::__private::Node = __lifecycle::__private::Node::new(
        "meter",
        ::core::concat!(::core::module_path!(), "::", ::core::stringify!(Meter)),
        0i32,
        __LIFECYCLE_OPENING.links,
    );
    static __LIFECYCLE_RESOURCE: __lifecycle::__private::ResourceDescriptor = __lifecycle::__private::ResourceDescriptor {
        name: "meter",
        place: __lifecycle::__private::Origin::new(
            ::core::file!(),
            ::core::line!(),
            ::core::column!(),
            ::core::module_path!(),
        ),
        settings: __lifecycle::__private::ResourceSettings {
            priority: 0i32,
            shared: false,
            blocking: false,
            open_timeout: __lifecycle::__private::Option::None,
            close_timeout: __lifecycle::__private::Option::None,
            tags: __lifecycle::__private::Tags::Borrowed(&[]),
        },
        key: __lifecycle::__private::TypeKey::of::<Meter>,
        open: __LIFECYCLE_OPENING,
        close: __lifecycle::__private::Closer::Owned(__lifecycle_close),
    };
    fn __lifecycle_closing(
        value: __lifecycle::__private::AnyBox,
    ) -> impl __lifecycle::__private::Closing {
        async move {
            use __lifecycle::__private::{ByFuture as _, ByValue as _};
            let this = __lifecycle::__private::owned::<Meter>(value);
            use __lifecycle::__private::{
                PathByMut as _, PathByRef as _, PathByValue as _, PathUnknown as _,
            };
            let mut this = __lifecycle::__private::Option::Some(this);
            let kind = (&&&&__lifecycle::__private::ClosePath::<
                Meter,
                _,
            >::new(shut_down))
                .kind();
            __lifecycle::__private::verdict::<
                Meter,
                _,
            >(
                (&mut &mut __lifecycle::__private::Call(
                    __lifecycle::__private::Option::Some(kind.call(&mut this, shut_down)),
                ))
                    .done()
                    .await,
            )
        }
    }
    fn __lifecycle_close(
        value: __lifecycle::__private::AnyBox,
    ) -> __lifecycle::__private::CloseFuture {
        let future = __lifecycle_closing(value);
        __lifecycle::__private::sends(
            &future,
            <_ as __lifecycle::__private::CloseSends<Meter, _>>::SENDS,
        );
        __lifecycle::__private::closing(future)
    }
    const _: () = __lifecycle::__private::check_resource(
        __lifecycle::__private::Link::to(&__LIFECYCLE_NODE),
    );
    #[automatically_derived]
    impl __lifecycle::Resource for Meter {
        const LINK: __lifecycle::__private::Link = __lifecycle::__private::Link::to(
            &__LIFECYCLE_NODE,
        );
    }
    #[automatically_derived]
    impl __lifecycle::__private::Described for Meter {
        fn descriptor() -> &'static __lifecycle::__private::ResourceDescriptor {
            &__LIFECYCLE_RESOURCE
        }
    }
    __lifecycle::__private::inventory::submit! {
        __lifecycle::__private::Registration::Resource(& __LIFECYCLE_RESOURCE)
    }
};
