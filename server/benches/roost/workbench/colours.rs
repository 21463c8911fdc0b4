//! Colouring source code by its language, as the viewer and the changes show it.

use std::time::Instant;

use app::files::model::LINES_MAX;
use server::render;

const SIZE: usize = 1_000_000;

const SOURCES: [(&str, &str); 4] = [
    (
        "main.rs",
        "pub fn tend(tree: &Tree) -> Result<Apple, Error> { tree.water(3)?; Ok(Apple::new(\"red\")) } // grows\n",
    ),
    ("main.py", "def tend(tree: Tree) -> Apple:\n    tree.water(3)  # grows\n    return Apple('red')\n"),
    (
        "main.ts",
        "export const tend = async (tree: Tree): Promise<Apple> => { await tree.water(3); return new Apple(`red`); };\n",
    ),
    ("data.json", "{ \"tree\": { \"age\": 12, \"apples\": [\"red\", \"green\"], \"tended\": true } }\n"),
];

pub(super) fn run() {
    for (name, line) in SOURCES {
        let text = line.repeat(SIZE / line.len());
        // The first use of a language reads its grammar.
        let _ = render::code(name, line);
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let pages: Vec<String> = lines.chunks(LINES_MAX).map(<[&str]>::concat).collect();
        let begun = Instant::now();
        for page in &pages {
            assert!(render::code(name, page).iter().any(|line| line.contains("<span")));
        }
        let time = begun.elapsed();
        println!(
            "  colours of {name}: {:.0} ms for a megabyte",
            time.as_secs_f64() * 1e9 / text.len() as f64
        );
    }
}
