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
    use ::lifecycle::__private as __lifecycle;
    static __LIFECYCLE_OPENING: &__lifecycle::Opening<dyn __lifecycle::Open> = &__lifecycle::open_by::<
        Database,
        _,
        _,
        _,
        _,
        _,
    >(<Database>::connect);
    static __LIFECYCLE_RESOURCE: __lifecycle::ResourceDescriptor = __lifecycle::ResourceDescriptor::new(
        (
            "database",
            ::core::concat!(::core::module_path!(), "::", ::core::stringify!(Database)),
        ),
        __lifecycle::Origin::new(
            ::core::file!(),
            ::core::line!(),
            ::core::column!(),
            ::core::module_path!(),
        ),
        (0i32, &[]),
        __lifecycle::ResourceSettings::DEFAULT,
        __lifecycle::TypeKey::of::<Database>,
        __LIFECYCLE_OPENING,
        __lifecycle::Closer::Owned(__lifecycle_close),
    );
    mod __lifecycle_close {
        pub(super) struct Of;
        pub(super) trait Is {
            type It;
        }
        trait NoMethodOfThisName {
            fn dispose() {}
        }
        impl<T> NoMethodOfThisName for T {}
        pub(super) const ASKED: bool = ::lifecycle::__private::takes_self_alone::<
            <Of as Is>::It,
            _,
            _,
        >(&<<Of as Is>::It>::dispose);
    }
    impl __lifecycle_close::Is for __lifecycle_close::Of {
        type It = Database;
    }
    fn __lifecycle_closing(value: __lifecycle::AnyBox) -> impl __lifecycle::Closing {
        async move {
            use __lifecycle::{ByFuture as _, ByValue as _};
            let this = __lifecycle::owned::<
                <Database as __lifecycle::Asked<{ __lifecycle_close::ASKED }>>::This,
            >(value);
            let mut this = this;
            __lifecycle::verdict::<
                Database,
                _,
            >(
                (&mut &mut __lifecycle::Call(__lifecycle::Option::Some(this.dispose())))
                    .done()
                    .await,
            )
        }
    }
    fn __lifecycle_close(value: __lifecycle::AnyBox) -> __lifecycle::CloseFuture {
        __lifecycle::closing::<Database, _, _>(__lifecycle_closing(value))
    }
    #[automatically_derived]
    #[allow(dead_code)]
    impl Database
    where
        for<'a> Database: __lifecycle::FunctionNamedInOpen<'a>,
    {
        fn connect() {}
    }
    #[automatically_derived]
    #[allow(dead_code)]
    impl Database
    where
        for<'a> Database: __lifecycle::MethodNamedInClose<'a>,
    {
        fn dispose(&self) {}
    }
    #[automatically_derived]
    impl __lifecycle::Resource for Database {
        const LINK: __lifecycle::Link = __LIFECYCLE_RESOURCE.link();
    }
    #[automatically_derived]
    impl __lifecycle::Described for Database {
        fn descriptor() -> &'static __lifecycle::ResourceDescriptor {
            &__LIFECYCLE_RESOURCE
        }
    }
    __lifecycle::inventory::submit! {
        __lifecycle::Registration::Resource(& __LIFECYCLE_RESOURCE)
    }
    __lifecycle::check_resource(__LIFECYCLE_RESOURCE.link())
};
