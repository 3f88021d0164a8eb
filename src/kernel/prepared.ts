/**
 * Queries that are built once and run many times. Building a query with Kysely costs several times what running it
 * does, so what runs on every call is compiled on first use and afterwards only given its parameters.
 */
import type { Compilable, CompiledQuery, Kysely } from "kysely";
import { type Database, runCompiled, tablesOf } from "#engines/store/port.ts";

/** Stands in a compiled query where a parameter goes. */
class Slot {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

type Shape = Readonly<Record<string, unknown>>;

/**
 * Declares a query over `Tables` with named parameters:
 *
 *     const courseById = prepared<CoursesTables>()((db, p: Parameter<{ id: string }>) =>
 *       db.selectFrom("courses").selectAll().where("id", "=", p("id")));
 *     const rows = await courseById(database, { id });
 *
 * A parameter may stand wherever Kysely takes a value, but it may not decide the shape of the query: a list for
 * `in` has no fixed length, so it does not fit here.
 */
export function prepared<Tables>() {
  return <Parameters extends Shape, Row>(
    build: (db: Kysely<Tables>, parameter: Parameter<Parameters>) => Compilable<Row>,
  ): ((database: Database, values: Parameters) => Promise<Row[]>) => {
    // The engines write SQL differently, so each keeps its own text; there are at most two in a process.
    const compiledBy = new Map<unknown, CompiledQuery<Row>>();
    return async (database, values) => {
      const db = tablesOf<Tables>(database);
      const engine = db.getExecutor().adapter.constructor;
      let compiled = compiledBy.get(engine);
      if (compiled === undefined) {
        compiled = build(db, (name) => new Slot(name) as never).compile();
        compiledBy.set(engine, compiled);
      }
      const parameters = compiled.parameters.map((each) => (each instanceof Slot ? values[each.name] : each));
      const direct = database[runCompiled];
      if (direct !== undefined) return direct(compiled.sql, parameters) as Row[];
      return (await db.executeQuery<Row>({ ...compiled, parameters })).rows;
    };
  };
}

/** Gives the placeholder of the parameter `name`, typed as its value. */
export type Parameter<Parameters extends Shape> = <Name extends keyof Parameters & string>(
  name: Name,
) => Parameters[Name];
