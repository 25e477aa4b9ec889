#[::core::prelude::v1::test]
#[should_panic]
fn drains() {
    async fn drains(app: AppBuilder) {
        app.run().await;
    }
    use ::lifecycle::__private as __lifecycle;
    #[allow(non_camel_case_types)]
    fn __lifecycle_run<drains>(app: __lifecycle::AppBuilder) -> __lifecycle::Run {
        __lifecycle::run(
            drains(
                <__lifecycle::Inferred<_> as __lifecycle::TestTakes<drains>>::take(app),
            ),
            <__lifecycle::Inferred<_> as __lifecycle::TestGives<drains>>::settle,
        )
    }
    static __LIFECYCLE_TEST: __lifecycle::TestDescriptor = __lifecycle::TestDescriptor {
        name: "drains",
        place: __lifecycle::Origin::new(
            ::core::file!(),
            ::core::line!(),
            ::core::column!(),
            ::core::module_path!(),
        ),
        run: __lifecycle_run::<()>,
    };
    __lifecycle::test(&__LIFECYCLE_TEST)
}
