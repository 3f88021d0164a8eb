/**
 * The tables of the index file. `entries` holds the text once; `texts` finds its words as they stand and their
 * beginnings, `stems` finds other forms of English words. Both are of FTS5 and refer to `entries`.
 */
import type { DatabaseSync } from "node:sqlite";
import { inTransaction } from "./transaction.ts";

/** Another shape of the tables is another file format: an older file is thrown away and built again. */
const formatVersion = 2;

/** How much a word counts in the title, the heading and the body; the audience counts for nothing. */
const weights = "8.0, 4.0, 1.0, 0.0";

/** Letters are folded, accents too: `naive` finds `naïve`. */
const tokenizer = "unicode61 remove_diacritics 2";

export const columns = ["title", "heading", "body", "audience"] as const;

/** Makes the tables where they are missing; whoever opens a file of another format gets an empty one. */
export function openTables(database: DatabaseSync): void {
  database.exec("pragma journal_mode = wal; pragma synchronous = normal; pragma secure_delete = on;");
  const { user_version: found } = database.prepare("pragma user_version").get() as { user_version: number };
  if (found === formatVersion) return;
  inTransaction(database, () => startAgain(database));
}

/** Empties the file, within a transaction: a disk that is full in between must not leave it without its tables. */
export function startAgain(database: DatabaseSync): void {
  dropTables(database);
  makeTables(database);
}

function dropTables(database: DatabaseSync): void {
  database.exec(`
    drop table if exists words;
    drop table if exists texts;
    drop table if exists stems;
    drop table if exists entries;
    drop table if exists files;
    drop table if exists facts;
  `);
}

function makeTables(database: DatabaseSync): void {
  database.exec(`
    create table facts (name text primary key, value integer not null) strict;
    create table entries (
      id integer primary key,
      kind text not null, source_id text not null, part text not null, place text not null, sha256 text not null,
      title text not null, heading text not null, body text not null, audience text not null
    ) strict;
    create index entries_by_source on entries (kind, source_id, part);
    create table files (
      kind text not null, source_id text not null, sha256 text not null, media_type text not null,
      bytes integer not null, title text not null, audiences text not null,
      state text not null, attempts integer not null, try_at integer not null, problem text,
      primary key (kind, source_id)
    ) strict;
    create index files_by_content on files (sha256) where state = 'read';
    create index files_by_turn on files (try_at) where state = 'waiting';
    create virtual table texts using fts5 (
      ${columns.join(", ")}, content = entries, content_rowid = id, prefix = '2 3', tokenize = '${tokenizer}'
    );
    create virtual table stems using fts5 (
      ${columns.join(", ")}, content = entries, content_rowid = id, detail = column, tokenize = 'porter ${tokenizer}'
    );
    create virtual table words using fts5vocab (texts, col);
    pragma user_version = ${formatVersion};
  `);
  for (const table of ["texts", "stems"]) {
    // What is deleted must be gone from the file, since it may be about a person.
    database.exec(`insert into ${table} (${table}, rank) values ('secure-delete', 1)`);
    database.exec(`insert into ${table} (${table}, rank) values ('rank', 'bm25(${weights})')`);
  }
}
