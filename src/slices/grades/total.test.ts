/** What marks come to, as a text to read: `testdata/totals.txt`. */
import { join } from "node:path";
import { test } from "node:test";
import { present } from "#base/assert.ts";
import { type Command, runTranscript } from "#base/data-driven.ts";
import { MissingPolicy, TotalMethod } from "./schema.ts";
import { type Cell, letterOf, totalOf } from "./total.ts";

test("what marks come to", () => {
  runTranscript(join(import.meta.dirname, "testdata/totals.txt"), (command) => {
    if (command.verb === "letter") {
      const letters = pairs(command, "letters").map(([letter, from]) => ({ letter, from: hundred(from) }));
      return letterOf(hundred(command.arg("percent")), letters) ?? "none";
    }
    const rules = {
      method: TotalMethod.parse(command.arg("method")),
      missing: MissingPolicy.parse(command.optional("missing") ?? "ignored"),
      categories: pairs(command, "categories").map(([categoryId, rule]) => {
        const [weight = "0", drop = "0"] = rule.split("/");
        return { categoryId, weight: hundred(weight), dropLowest: Number(drop) };
      }),
    };
    const total = totalOf(rules, command.arg("cells").split(" ").map(cellOf));
    const left = [...total.fates].filter(([, fate]) => fate !== "counted");
    const shares = total.categories
      .filter(({ categoryId }) => categoryId !== null)
      .map(({ categoryId, percent: of, share }) => `${categoryId} ${percent(of)} × ${percent(share)}`);
    return [percent(total.percent), ...shares, ...left.map(([id, fate]) => `${id} ${fate}`)].join(", ");
  });
});

function cellOf(said: string): Cell {
  const [, category, columnId = "", mark, max, excused] = present(
    /^(?:(\w+)\.)?(\w+):([\d.]+|-|m)\/([\d.]+)(x?)$/.exec(said),
    `not a cell: ${said}`,
  );
  return {
    columnId,
    categoryId: category ?? null,
    hundredthsMax: hundred(max),
    hundredths: mark === "-" || mark === "m" ? null : hundred(mark),
    isMissing: mark === "m",
    isExcused: excused === "x",
  };
}

function pairs(command: Command, name: string): [string, string][] {
  return (command.optional(name)?.split(" ") ?? []).map((pair) => pair.split("=") as [string, string]);
}

const hundred = (said: string | undefined) => Math.round(Number(said) * 100);
const percent = (value: number | null) => (value === null ? "nothing" : `${value / 100} %`);
