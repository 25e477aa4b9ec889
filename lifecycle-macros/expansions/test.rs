#[::core::prelude::v1::test]
#[should_panic]
fn drains() {
    async fn drains(app: AppBuilder) {
        app.run().await;
    }
    use ::lifecycle as __lifecycle;
    #[allow(non_camel_case_types)]
    fn __lifecycle_run<drains>(
        app: __lifecycle::AppBuilder,
    ) -> __lifecycle::__private::Run {
        __lifecycle::__private::run(
            drains(
                <__lifecycle::__private::Inferred<
                    _,
                > as __lifecycle::__private::TestTakes<drains>>::take(app),
            ),
            <__lifecycle::__private::Inferred<
                _,
            > as __lifecycle::__private::TestGives<drains>>::settle,
        )
    }
    static __LIFECYCLE_TEST: __lifecycle::__private::TestDescriptor = __lifecycle::__private::TestDescriptor {
        name: "drains",
        place: __lifecycle::__private::Origin::new(
            ::core::file!(),
            ::core::line!(),
            ::core::column!(),
            ::core::module_path!(),
        ),
        run: __lifecycle_run::<()>,
    };
    __lifecycle::__private::test(&__LIFECYCLE_TEST)
}
