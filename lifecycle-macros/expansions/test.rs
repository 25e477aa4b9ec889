#[::core::prelude::v1::test]
#[should_panic]
fn drains() {
    async fn drains(app: AppBuilder) {
        app.run().await;
    }
    use ::lifecycle as __lifecycle;
    fn __lifecycle_run(app: __lifecycle::AppBuilder) -> __lifecycle::__private::Run {
        __lifecycle::__private::Box::pin(async move {
            let output = drains(app).await;
            __lifecycle::__private::settle(output)
        })
    }
    static __LIFECYCLE_TEST: __lifecycle::__private::TestDescriptor = __lifecycle::__private::TestDescriptor {
        name: "drains",
        place: __lifecycle::__private::Origin::new(
            ::core::file!(),
            ::core::line!(),
            ::core::column!(),
            ::core::module_path!(),
        ),
        run: __lifecycle_run,
    };
    __lifecycle::__private::test(&__LIFECYCLE_TEST)
}
