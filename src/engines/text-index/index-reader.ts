/** Asking the index file: everything here is synchronous, bounded, and runs in a thread of its own. */
import type { DatabaseSync } from "node:sqlite";
import type { Hits, IndexHit, Marked, TextQuestion } from "./port.ts";
import { guessedLengthMin, guesses } from "./spelling.ts";
import { createVocabulary } from "./vocabulary.ts";
import { markOf, matchOf, readable, type Strictness, type Term, termsOf } from "./words.ts";

/** Words around a hit that an excerpt shows. */
const excerptWords = 28;
const excerptLettersMax = 240;
/** Words that come near one that is not known, and combinations of them, that are tried. */
const guessesMax = 3;
const [hitBegin, hitEnd] = ["\u0002", "\u0003"];

export type IndexReader = ReturnType<typeof createIndexReader>;

export function createIndexReader(database: DatabaseSync) {
  const find = {
    texts: finder(database, "texts"),
    stems: finder(database, "stems"),
  };
  // The plus keeps the rows from being sought one by one: each search would gather all words with that beginning again.
  const marked = database.prepare(
    `select e.id as id, e.heading as heading,
            snippet(texts, 2, '${hitBegin}', '${hitEnd}', '…', ${excerptWords}) as excerpt
     from texts join entries e on e.id = texts.rowid
     where texts match ? and +texts.rowid in (select value from json_each(?))`,
  );
  const unmarked = database.prepare(
    `select id, heading, substr(body, 1, ${excerptLettersMax}) as excerpt, length(body) as letters
     from entries where id in (select value from json_each(?))`,
  );
  const knows = database.prepare("select 1 from words where term = ? and col <> 'audience' limit 1");
  const vocabulary = createVocabulary(database);

  function ask(terms: readonly Term[], strictness: Strictness, question: TextQuestion): IndexHit[] {
    const match = matchOf(terms, strictness, question);
    if (match === null) return [];
    const table = strictness === "exact" ? find.texts : find.stems;
    return table.all(match, question.limit).map((row) => ({
      entryId: Number(row.id),
      kind: String(row.kind),
      sourceId: String(row.source_id),
      part: String(row.part),
      place: String(row.place),
      sha256: String(row.sha256),
    }));
  }

  return {
    search(question: TextQuestion): Hits {
      const terms = termsOf(question.words);
      if (question.manner === "similar") return { hits: ask(terms, "some", question), match: "some" };
      const exact = ask(terms, "exact", question);
      if (exact.length >= question.limit) return { hits: exact, match: "all" };
      const isQuoted = terms.some((term) => term.isQuoted);
      const known = new Set(exact.map(({ entryId }) => entryId));
      // Stems keep no order of words, so what must stand in order is not looked for there.
      const isOrdered = terms.some(({ words }) => words.length > 1);
      const stemmed = isOrdered ? [] : ask(terms, "stemmed", question);
      const hits = [...exact, ...stemmed.filter(({ entryId }) => !known.has(entryId))];
      if (hits.length > 0 || terms.length < 2 || isQuoted)
        return { hits: hits.slice(0, question.limit), match: "all" };
      return { hits: ask(terms, "some", question), match: "some" };
    },
    excerpts(entryIds: readonly number[], words: string) {
      const match = markOf(termsOf(words));
      const ids = JSON.stringify(entryIds);
      const shown = (excerpt: unknown) => piecesOf(String(excerpt));
      const excerpts = new Map<number, { readonly heading: string; readonly excerpt: Marked }>();
      for (const { id, heading, excerpt, letters } of unmarked.all(ids)) {
        const more = Number(letters) > excerptLettersMax ? "…" : "";
        excerpts.set(Number(id), {
          heading: readable(String(heading)),
          excerpt: shown(`${String(excerpt)}${more}`),
        });
      }
      for (const { id, heading, excerpt } of match === null ? [] : marked.all(match, ids))
        excerpts.set(Number(id), { heading: readable(String(heading)), excerpt: shown(excerpt) });
      return excerpts;
    },
    corrections(words: string): string[] {
      const terms = termsOf(words).flatMap((term) => term.words);
      const choices = terms.map((term): readonly string[] => {
        const folded = fold(term);
        const length = [...folded].length;
        if (length < guessedLengthMin || knows.get(folded) !== undefined) return [term];
        const found = guesses(folded, vocabulary.near(length), guessesMax);
        return found.length > 0 ? found : [term];
      });
      const asked = terms.join(" ");
      const combinations = Array.from({ length: guessesMax }, (_, index) =>
        choices.map((each) => each[Math.min(index, each.length - 1)]).join(" "),
      );
      return [...new Set(combinations)].filter((each) => each !== asked);
    },
    close(): void {
      database.close();
    },
  };
}

function finder(database: DatabaseSync, table: "texts" | "stems") {
  return database.prepare(
    `select e.id, e.kind, e.source_id, e.part, e.place, e.sha256
     from (select rowid, rank from ${table} where ${table} match ? order by rank limit ?) as found
     join entries e on e.id = found.rowid order by found.rank`,
  );
}

/** As the tokenizer folds words. */
function fold(word: string): string {
  return word.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
}

function piecesOf(excerpt: string): Marked {
  return readable(excerpt)
    .split(hitBegin)
    .flatMap((part, index) => {
      if (index === 0) return [{ text: part, isHit: false }];
      const [hit = "", rest = ""] = part.split(hitEnd);
      return [
        { text: hit, isHit: true },
        { text: rest, isHit: false },
      ];
    })
    .filter(({ text }) => text !== "");
}
