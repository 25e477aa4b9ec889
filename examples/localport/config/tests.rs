use super::*;

fn places(text: &str) -> Vec<(usize, String)> {
    let faults = parse(text).expect_err("the file is faulty");
    faults.into_iter().map(|fault| (fault.line, fault.text)).collect()
}

#[test]
fn all_but_the_upstream_has_a_default() {
    let config = parse("[[forward]]\nupstream = 'db.internal:5432'\n[[forward]]\nupstream = 'demo'\n").unwrap();
    let [db, demo] = &config.forwards[..] else { panic!("{config:?}") };
    assert_eq!((db.name.as_str(), db.listen), ("forward-1", any_port()));
    assert_eq!(db.upstream, Upstream::Address("db.internal:5432".to_owned()));
    assert_eq!((demo.name.as_str(), &demo.upstream), ("forward-2", &Upstream::Demo));
    assert_eq!((config.cluster, config.journal, config.keep_days), (None, usual_journal(), 7));
}

#[test]
fn everything_can_be_said() {
    let config = parse(
        "[[forward]]\nname = 'web'\nlisten = '[::1]:8080'\nupstream = '[::1]:80'\n\
         [cluster]\ncommand = ['kubectl', 'get', 'nodes']\n\
         [journal]\npath = '/var/lib/localport.sqlite'\nkeep_days = 30\n",
    )
    .unwrap();
    assert_eq!(config.forwards[0].listen, "[::1]:8080".parse().unwrap());
    assert_eq!(config.cluster.unwrap(), ["kubectl", "get", "nodes"]);
    assert_eq!((config.journal.to_str(), config.keep_days), (Some("/var/lib/localport.sqlite"), 30));
}

#[test]
fn every_fault_is_told_in_one_run_with_its_line() {
    let faults = places(
        "[[forward]]\nname = 'web'\nlisten = 'localhost'\nupstream = 'example.org'\n\
         [[forward]]\nname = 'web'\nupstream = 'example.org:0'\n[cluster]\ncommand = []\n",
    );
    let lines: Vec<usize> = faults.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [3, 4, 6, 7, 9], "{faults:#?}");
}

#[test]
fn two_forwards_cannot_listen_on_one_port_unless_it_is_any() {
    let pair = |listen: &str| format!("[[forward]]\nlisten='{listen}'\nupstream='a:1'\n").repeat(2);
    let faults = places(&pair("127.0.0.1:8080"));
    assert_eq!(faults.len(), 1);
    assert!(faults[0].0 == 5 && faults[0].1.contains("forward-1"), "{faults:?}");
    assert!(parse(&pair("127.0.0.1:0")).is_ok());
}

#[test]
fn an_unknown_key_is_refused_where_it_stands() {
    let faults = places("[[forward]]\nupstream = 'a:1'\nlsten = '127.0.0.1:1'\n");
    assert!(faults[0].0 == 3 && faults[0].1.contains("lsten"), "{faults:?}");
}

#[test]
fn what_is_no_toml_is_refused_where_it_breaks() {
    assert_eq!(places("[[forward]]\nupstream = \n")[0].0, 2);
    assert_eq!(places("[[forward]]\nupstream = 1\n")[0].0, 2);
}

#[test]
fn a_file_without_forwards_is_a_mistake() {
    assert_eq!(places("")[0].0, 1);
}

#[test]
fn faults_are_shown_the_way_editors_read_them() {
    let faults = parse("[[forward]]\nupstream = 'x'\n").unwrap_err();
    let shown = ConfigError::Faults { path: "a.toml".into(), faults }.to_string();
    assert_eq!(shown, "a.toml:2:12: \"x\" is not \"host:port\", nor \"demo\"\n");
}

#[test]
fn a_file_that_was_asked_for_has_to_exist() {
    let error = Config::load(Some(Path::new("no/such/localport.toml"))).unwrap_err();
    assert!(error.to_string().starts_with("no/such/localport.toml: "), "{error}");
}
