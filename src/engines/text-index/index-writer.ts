/** Changing the index file: everything here is synchronous and runs in a thread of its own. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { IndexEntry, IndexStatus, QueuedFile, Source, SourceChange } from "./port.ts";
import { columns, openTables, startAgain } from "./schema.ts";
import { inTransaction } from "./transaction.ts";
import { kindWord, prepared } from "./words.ts";

/** The part of a source that its file gives. */
export const filePart = "file";

/** The calls that change the index, by name. */
export type IndexWriter = ReturnType<typeof createIndexWriter>;

export function createIndexWriter(database: DatabaseSync) {
  openTables(database);
  const statements = new Map<string, StatementSync>();
  const run = (sql: string, ...values: (string | number | null)[]) => statement(sql).run(...values);
  const all = (sql: string, ...values: (string | number)[]) => statement(sql).all(...values);

  function statement(sql: string): StatementSync {
    const known = statements.get(sql) ?? database.prepare(sql);
    statements.set(sql, known);
    return known;
  }

  const transaction = <T>(work: () => T): T => inTransaction(database, work);

  function fact(name: string): number | null {
    const [row] = all("select value from facts where name = ?", name);
    return row === undefined ? null : Number(row.value);
  }

  function setFact(name: string, value: number): void {
    run(
      "insert into facts values (?, ?) on conflict (name) do update set value = excluded.value",
      name,
      value,
    );
  }

  function forget(where: string, ...values: (string | number)[]): void {
    for (const table of ["texts", "stems"])
      run(
        `insert into ${table} (${table}, rowid, ${columns.join(", ")})
         select 'delete', id, ${columns.join(", ")} from entries where ${where}`,
        ...values,
      );
    run(`delete from entries where ${where}`, ...values);
  }

  function add(source: Source, part: string, sha256: string, audience: string, entry: IndexEntry): void {
    const text = [prepared(entry.title), prepared(entry.heading), prepared(entry.body), audience];
    addPrepared(source, { part, place: entry.place, sha256, text });
  }

  function addPrepared(
    source: Source,
    { part, place, sha256, text }: { part: string; place: string; sha256: string; text: readonly string[] },
  ): void {
    const { lastInsertRowid } = run(
      `insert into entries (kind, source_id, part, place, sha256, ${columns.join(", ")})
       values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[source.kind, source.sourceId, part, place, sha256, ...text],
    );
    for (const table of ["texts", "stems"])
      run(
        `insert into ${table} (rowid, ${columns.join(", ")}) values (?, ?, ?, ?, ?)`,
        Number(lastInsertRowid),
        ...text,
      );
  }

  const audienceOf = (source: Source, audiences: readonly string[]) =>
    [kindWord(source.kind), ...audiences].join(" ");

  function change(one: SourceChange): void {
    if (one.change === "forget") {
      for (const { rowid } of all(
        "select rowid from texts where texts match ?",
        `audience : "${one.audience}"`,
      ))
        forget("id = ?", Number(rowid));
      run(
        "delete from files where exists (select 1 from json_each(audiences) where value = ?)",
        one.audience,
      );
      return;
    }
    const { kind, sourceId } = one;
    if (one.change === "remove") {
      forget("kind = ? and source_id = ?", kind, sourceId);
      run("delete from files where kind = ? and source_id = ?", kind, sourceId);
      return;
    }
    const audience = audienceOf(one, one.audiences);
    if (one.change === "replace") {
      forget("kind = ? and source_id = ? and part = ?", kind, sourceId, one.part);
      for (const entry of one.entries) add(one, one.part, "", audience, entry);
      return;
    }
    wantFile(one, audience);
  }

  function wantFile(one: Extract<SourceChange, { change: "file" }>, audience: string): void {
    const { kind, sourceId, file } = one;
    const [known] = all(
      "select sha256, title, audiences from files where kind = ? and source_id = ?",
      ...[kind, sourceId],
    );
    const audiences = JSON.stringify(one.audiences);
    if (known?.sha256 !== file.sha256) {
      forget("kind = ? and source_id = ? and part = ?", kind, sourceId, filePart);
      run(
        "insert or replace into files values (?, ?, ?, ?, ?, ?, ?, 'waiting', 0, 0, null)",
        ...[kind, sourceId, file.sha256, file.mediaType, file.bytes, file.title, audiences],
      );
    } else if (known.title !== file.title || known.audiences !== audiences) {
      run(
        "update files set title = ?, audiences = ? where kind = ? and source_id = ?",
        ...[file.title, audiences, kind, sourceId],
      );
      rename(
        "kind = ? and source_id = ? and part = ?",
        prepared(file.title),
        audience,
        kind,
        sourceId,
        filePart,
      );
    }
  }

  function rename(where: string, title: string, audience: string, ...values: string[]): void {
    const rows = all(`select id, heading, body from entries where ${where}`, ...values);
    for (const row of rows) {
      const id = Number(row.id);
      for (const table of ["texts", "stems"])
        run(
          `insert into ${table} (${table}, rowid, ${columns.join(", ")})
           select 'delete', id, ${columns.join(", ")} from entries where id = ?`,
          id,
        );
      run("update entries set title = ?, audience = ? where id = ?", title, audience, id);
      for (const table of ["texts", "stems"])
        run(
          `insert into ${table} (rowid, ${columns.join(", ")}) values (?, ?, ?, ?, ?)`,
          ...[id, title, String(row.heading), String(row.body), audience],
        );
    }
  }

  const stillWanted = ({ kind, sourceId, sha256 }: QueuedFile) =>
    all(
      "select title, audiences from files where kind = ? and source_id = ? and sha256 = ?",
      ...[kind, sourceId, sha256],
    )[0];

  return {
    position(version: number): number {
      return fact("version") === version ? (fact("position") ?? -1) : -1;
    },
    startOver(version: number): void {
      statements.clear();
      transaction(() => {
        startAgain(database);
        setFact("version", version);
      });
    },
    apply(changes: readonly SourceChange[], upTo: number | null): void {
      transaction(() => {
        for (const each of changes) change(each);
        if (upTo !== null) setFact("position", upTo);
      });
    },
    nextFile(now: number): QueuedFile | null {
      const [row] = all(
        "select * from files where state = 'waiting' and try_at <= ? order by try_at, attempts, bytes limit 1",
        now,
      );
      if (row === undefined) return null;
      return {
        kind: String(row.kind),
        sourceId: String(row.source_id),
        sha256: String(row.sha256),
        mediaType: String(row.media_type),
        bytes: Number(row.bytes),
        title: String(row.title),
        audiences: JSON.parse(String(row.audiences)) as string[],
        attempts: Number(row.attempts),
      };
    },
    /** Forgets what an attempt before this one had added already. */
    beginFile({ kind, sourceId }: QueuedFile): void {
      transaction(() => forget("kind = ? and source_id = ? and part = ?", kind, sourceId, filePart));
    },
    copyFile(file: QueuedFile): boolean {
      return transaction(() => {
        const [read] = all(
          "select kind, source_id from files where sha256 = ? and media_type = ? and state = 'read' limit 1",
          ...[file.sha256, file.mediaType],
        );
        const wanted = stillWanted(file);
        if (read === undefined || wanted === undefined) return false;
        const audience = audienceOf(file, JSON.parse(String(wanted.audiences)) as string[]);
        const title = prepared(String(wanted.title));
        const rows = all(
          "select place, heading, body from entries where kind = ? and source_id = ? and part = ?",
          ...[String(read.kind), String(read.source_id), filePart],
        );
        for (const { place, heading, body } of rows) {
          const text = [title, String(heading), String(body), audience];
          addPrepared(file, { part: filePart, place: String(place), sha256: file.sha256, text });
        }
        return true;
      });
    },
    addFileEntries(file: QueuedFile, entries: readonly IndexEntry[]): boolean {
      return transaction(() => {
        const wanted = stillWanted(file);
        if (wanted === undefined) return false;
        const audience = audienceOf(file, JSON.parse(String(wanted.audiences)) as string[]);
        // The title may have changed since the file was taken from the queue.
        for (const entry of entries)
          add(file, filePart, file.sha256, audience, { ...entry, title: String(wanted.title) });
        return true;
      });
    },
    settleFile(
      file: QueuedFile,
      { problem, retryAt }: { problem: string | null; retryAt: number | null },
    ): void {
      const key = [file.kind, file.sourceId, file.sha256];
      const ofFile = "where kind = ? and source_id = ? and sha256 = ?";
      if (retryAt !== null)
        run(`update files set attempts = attempts + 1, try_at = ? ${ofFile}`, retryAt, ...key);
      else
        run(
          `update files set state = ?, problem = ? ${ofFile}`,
          ...[problem === null ? "read" : "failed", problem, ...key],
        );
    },
    status(): IndexStatus {
      const [row] = all(
        `select (select count(*) from entries) as entries,
                (select count(*) from files where state = 'waiting') as queued,
                (select count(*) from files where state = 'failed') as failed,
                (select page_count * page_size from pragma_page_count, pragma_page_size) as bytes`,
      );
      return {
        entries: Number(row?.entries),
        queuedFiles: Number(row?.queued),
        failedFiles: Number(row?.failed),
        bytes: Number(row?.bytes),
      };
    },
    /** Leaves nothing of what was deleted in the log beside the file. */
    close(): void {
      database.exec("pragma wal_checkpoint(truncate)");
      database.close();
    },
  };
}
