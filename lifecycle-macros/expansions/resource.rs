struct Database {
    url: String,
}
#[doc(hidden)]
#[allow(non_local_definitions)]
#[macro_export]
macro_rules! two_components_are_named__database__give_one_another_name {
    () => {};
}
const _: () = {
    use ::lifecycle as __lifecycle;
    static __LIFECYCLE_OPENING: &__lifecycle::__private::Opening<
        dyn __lifecycle::__private::Open,
    > = &__lifecycle::__private::open_with::<
        Database,
        _,
        _,
    >(__lifecycle::__private::opener::<Database, _, _, _>(<Database>::connect));
    static __LIFECYCLE_NODE: __lifecycle::__private::Node = __lifecycle::__private::Node::new(
        "database",
        ::core::concat!(::core::module_path!(), "::", ::core::stringify!(Database)),
        0i32,
        __LIFECYCLE_OPENING.links,
    );
    static __LIFECYCLE_RESOURCE: __lifecycle::__private::ResourceDescriptor = __lifecycle::__private::ResourceDescriptor {
        name: "database",
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
        key: __lifecycle::__private::TypeKey::of::<Database>,
        open: __LIFECYCLE_OPENING,
        close: __lifecycle::__private::Closer::Owned(__lifecycle_close),
    };
    fn __lifecycle_closing(
        value: __lifecycle::__private::AnyBox,
    ) -> impl __lifecycle::__private::Closing {
        async move {
            use __lifecycle::__private::{ByFuture as _, ByValue as _};
            let this = __lifecycle::__private::owned::<Database>(value);
            let mut this = this;
            __lifecycle::__private::verdict::<
                Database,
                _,
            >(
                (&mut &mut __lifecycle::__private::Call(
                    __lifecycle::__private::Option::Some(this.dispose()),
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
            <_ as __lifecycle::__private::CloseSends<Database, _>>::SENDS,
        );
        __lifecycle::__private::closing(future)
    }
    #[automatically_derived]
    #[allow(dead_code)]
    impl Database
    where
        for<'a> Database: __lifecycle::__private::FunctionNamedInOpen<'a>,
    {
        fn connect() {}
    }
    #[automatically_derived]
    #[allow(dead_code)]
    impl Database
    where
        for<'a> Database: __lifecycle::__private::MethodNamedInClose<'a>,
    {
        fn dispose(&self) {}
    }
    const _: () = __lifecycle::__private::check_resource(
        __lifecycle::__private::Link::to(&__LIFECYCLE_NODE),
    );
    #[automatically_derived]
    impl __lifecycle::Resource for Database {
        const LINK: __lifecycle::__private::Link = __lifecycle::__private::Link::to(
            &__LIFECYCLE_NODE,
        );
    }
    #[automatically_derived]
    impl __lifecycle::__private::Described for Database {
        fn descriptor() -> &'static __lifecycle::__private::ResourceDescriptor {
            &__LIFECYCLE_RESOURCE
        }
    }
    __lifecycle::__private::inventory::submit! {
        __lifecycle::__private::Registration::Resource(& __LIFECYCLE_RESOURCE)
    }
};
