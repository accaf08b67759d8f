//! Snapshots that no server writes, but every one reads.

use autopurge::zookeeper::snapshot::{Described, Keep, Loaded, Order, Tree, Wanted, read, verify_from};
use autopurge::zookeeper::{Cause, ReadError};

use super::writer::{Node, snapshot};

fn what(bytes: &[u8]) -> Described<'static> {
    Described { name: "snapshot.1", size: Some(u64::try_from(bytes.len()).unwrap()) }
}

fn tree(nodes: &[Node]) -> Tree {
    let bytes = snapshot(nodes);
    verify_from(what(&bytes), || Ok(bytes.as_slice())).unwrap();
    let keep = Keep { data: true, ..Keep::default() };
    let Loaded { tree, doubt } = read(what(&bytes), bytes.as_slice(), Wanted { keep, order: Order::Name }).unwrap();
    assert!(doubt.is_none(), "{doubt:?}");
    tree
}

/// Paths and data, in the order of names.
fn content(tree: &Tree) -> Vec<(String, String)> {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let (mut found, mut left) = (Vec::new(), vec![tree.root()]);
    while let Some(id) = left.pop() {
        found.push((text(&tree.path(id)), text(tree.data(id))));
        left.extend(tree.children(id).iter().rev());
    }
    found
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(path, data)| ((*path).to_owned(), (*data).to_owned())).collect()
}

fn nodes(pairs: &[(&str, &str)]) -> Vec<Node> {
    pairs.iter().map(|(path, data)| Node::new(path, data)).collect()
}

#[test]
fn children_may_come_long_after_their_parents() {
    let tree =
        tree(&nodes(&[("", ""), ("/a", "1"), ("/b", "2"), ("/b/x", "3"), ("/a/y", "4"), ("/a/y/z", "5"), ("/c", "6")]));
    let expected = [("", ""), ("/a", "1"), ("/a/y", "4"), ("/a/y/z", "5"), ("/b", "2"), ("/b/x", "3"), ("/c", "6")];
    assert_eq!(content(&tree), pairs(&expected));
}

#[test]
fn a_child_before_its_parent_is_damage() {
    let bytes = snapshot(&nodes(&[("", ""), ("/a/x", "1"), ("/a", "2")]));
    match verify_from(what(&bytes), || Ok(bytes.as_slice())) {
        Err(ReadError::Damage(damage)) => assert!(matches!(damage.cause, Cause::Orphan { .. }), "{damage}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn of_two_nodes_with_the_same_path_the_later_one_counts() {
    let tree = tree(&nodes(&[("", ""), ("/a", "1"), ("/b", "2"), ("/a", "3")]));
    assert_eq!(content(&tree), pairs(&[("", ""), ("/a", "3"), ("/b", "2")]));
    assert_eq!(tree.paths(), 3);
}

#[test]
fn what_was_in_a_replaced_node_is_gone_unless_it_comes_again() {
    let written = [("", ""), ("/a", "1"), ("/a/x", "2"), ("/a/y", "3"), ("/a", "4"), ("/a/y", "5")];
    let tree = tree(&nodes(&written));
    assert_eq!(content(&tree), pairs(&[("", ""), ("/a", "4"), ("/a/y", "5")]));
    // The path is still known, as in Java.
    assert_eq!(tree.paths(), 4);
}

#[test]
fn trees_may_be_deeper_than_any_stack() {
    let mut path = String::new();
    let mut deep = vec![Node::new("", "")];
    for _ in 0..6000 {
        path.push_str("/d");
        deep.push(Node::new(&path, "x"));
    }
    let tree = tree(&deep);
    assert_eq!(content(&tree).len(), 6001);
}

#[test]
fn data_may_be_larger_than_any_buffer() {
    let large = "x".repeat(5 << 20);
    let tree = tree(&nodes(&[("", ""), ("/a", &large), ("/b", "after")]));
    assert_eq!(content(&tree), pairs(&[("", ""), ("/a", &large), ("/b", "after")]));
}

#[test]
fn names_need_not_be_text() {
    let odd = Node { path: b"/\xff\xfe".to_vec(), data: None, owner: 0 };
    let bytes = snapshot(&[Node::new("", ""), odd]);
    let wanted = Wanted { keep: Keep::default(), order: Order::Java };
    let Loaded { tree, .. } = read(what(&bytes), bytes.as_slice(), wanted).unwrap();
    assert_eq!(tree.path(tree.children(tree.root())[0]), b"/\xff\xfe");
}
