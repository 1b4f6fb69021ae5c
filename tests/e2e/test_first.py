def test_blog(fleet, figures):
    app = fleet.app("example-blog")
    figures.seconds("example-blog", "first sync to healthy", app.wait_healthy())
    r = app.request()
    assert r.status == 200
    print(r.body)
