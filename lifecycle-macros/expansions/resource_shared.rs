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
    use ::lifecycle as __lifecycle;
    static __LIFECYCLE_OPENING: &__lifecycle::__private::Opening<
        dyn __lifecycle::__private::Open,
    > = &__lifecycle::__private::open_with::<
        Pool,
        _,
        _,
    >(__lifecycle::__private::opener::<Pool, _, _, _>(Pool::new));
    static __LIFECYCLE_NODE: __lifecycle::__private::Node = __lifecycle::__private::Node::new(
        "pool",
        ::core::concat!(::core::module_path!(), "::", ::core::stringify!(Pool)),
        0i32,
        __LIFECYCLE_OPENING.links,
    );
    static __LIFECYCLE_RESOURCE: __lifecycle::__private::ResourceDescriptor = __lifecycle::__private::ResourceDescriptor {
        name: "pool",
        place: __lifecycle::__private::Origin::new(
            ::core::file!(),
            ::core::line!(),
            ::core::column!(),
            ::core::module_path!(),
        ),
        settings: __lifecycle::__private::ResourceSettings {
            priority: 0i32,
            shared: true,
            blocking: false,
            open_timeout: __lifecycle::__private::Option::None,
            close_timeout: __lifecycle::__private::Option::None,
            tags: __lifecycle::__private::Tags::Borrowed(&[]),
        },
        key: __lifecycle::__private::TypeKey::of::<Pool>,
        open: __LIFECYCLE_OPENING,
        close: __lifecycle::__private::Closer::Shared(__lifecycle_close),
    };
    fn __lifecycle_closing(
        value: __lifecycle::__private::AnyArc,
    ) -> impl __lifecycle::__private::Closing {
        async move {
            use __lifecycle::__private::{ByFuture as _, ByValue as _};
            let value = __lifecycle::__private::shared::<Pool>(value);
            let this = &*value;
            let it = this;
            __lifecycle::__private::verdict::<
                Pool,
                _,
            >(
                (&mut &mut __lifecycle::__private::Call(
                    __lifecycle::__private::Option::Some(
                        it.inner.close(200, "OK".into()),
                    ),
                ))
                    .done()
                    .await,
            )
        }
    }
    fn __lifecycle_close(
        value: __lifecycle::__private::AnyArc,
    ) -> __lifecycle::__private::CloseFuture {
        let future = __lifecycle_closing(value);
        __lifecycle::__private::sends(
            &future,
            <_ as __lifecycle::__private::CloseSends<Pool, _>>::SENDS,
        );
        __lifecycle::__private::closing(future)
    }
    const _: () = __lifecycle::__private::check_resource(
        __lifecycle::__private::Link::to(&__LIFECYCLE_NODE),
    );
    #[automatically_derived]
    impl __lifecycle::Resource for Pool {
        const LINK: __lifecycle::__private::Link = __lifecycle::__private::Link::to(
            &__LIFECYCLE_NODE,
        );
    }
    #[automatically_derived]
    impl __lifecycle::__private::Described for Pool {
        fn descriptor() -> &'static __lifecycle::__private::ResourceDescriptor {
            &__LIFECYCLE_RESOURCE
        }
    }
    __lifecycle::__private::inventory::submit! {
        __lifecycle::__private::Registration::Resource(& __LIFECYCLE_RESOURCE)
    }
};
