/** Listens in on the statements that a process runs, to find the slowest and say how the engine goes about it. */
import pg from "pg";
import { Connection } from "#engines/store/sqlite/connection.ts";

export interface Statement {
  readonly ms: number;
  readonly sql: string;
  readonly plan: readonly string[];
}

interface Seen {
  readonly ms: number;
  readonly sql: string;
  explain(): Promise<readonly string[]>;
}

export interface StatementWatch {
  /** Forgets what was seen, and looks on. */
  begin(): void;
  /** The slowest since then, or null when there was none. */
  slowest(): Promise<Statement | null>;
}

/** Wraps the two places where statements are run; for benchmarks, in processes of their own. */
export function watchStatements(databaseUrl: string): StatementWatch {
  let isOn = false;
  let worst: Seen | null = null;
  const note = (seen: Seen) => {
    if (isOn && seen.ms > (worst?.ms ?? 0)) worst = seen;
  };

  const run = Connection.prototype.run;
  Connection.prototype.run = function (sql, parameters) {
    const began = performance.now();
    const result = run.call(this, sql, parameters);
    const explain = async () =>
      run.call(this, `explain query plan ${sql}`, parameters).rows.map(({ detail }) => String(detail));
    note({ ms: performance.now() - began, sql, explain });
    return result;
  };

  const query = pg.Client.prototype.query as (...all: unknown[]) => unknown;
  Object.assign(pg.Client.prototype, {
    query(this: pg.Client, ...all: unknown[]) {
      const began = performance.now();
      const result = query.apply(this, all);
      const [sql, parameters] = all;
      if (!(result instanceof Promise) || typeof sql !== "string" || !/^\s*(select|with)/i.test(sql))
        return result;
      const ms = () => performance.now() - began;
      const explain = async () => {
        // The pool has closed the statement's own connection by now.
        const client = new pg.Client(databaseUrl);
        await client.connect();
        try {
          const planned = (await query.call(client, `explain analyze ${sql}`, parameters)) as pg.QueryResult;
          return planned.rows.map((row: Record<string, unknown>) => String(row["QUERY PLAN"]));
        } finally {
          await client.end();
        }
      };
      return result.then((answer: unknown) => {
        note({ ms: ms(), sql, explain });
        return answer;
      });
    },
  });

  return {
    begin() {
      isOn = true;
      worst = null;
    },
    async slowest() {
      isOn = false;
      return worst === null ? null : { ms: worst.ms, sql: worst.sql, plan: await worst.explain() };
    },
  };
}
