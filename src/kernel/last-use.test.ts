/** When sessions were last used, gathered from nodes that each know their own calls only. */
import assert from "node:assert/strict";
import test from "node:test";
import type { JsonValue } from "#base/json.ts";
import { createLastUse, handedOverMax } from "./last-use.ts";

type Answer = (body: JsonValue, from: string) => Promise<JsonValue>;

/** Nodes that reach each other by name, but those in `away`. */
function nodes(ids: readonly string[], away: ReadonlySet<string> = new Set()) {
  const answers = new Map<string, Answer>();
  const view = (selfId: string) => ({ selfId, nodes: ids.map((id) => ({ id })) });
  return ids.map((id) =>
    createLastUse({
      cluster: { view: () => view(id) as never },
      peers: {
        answer: (_kind: string, answer: Answer) => void answers.set(id, answer),
        ask: async (to: string) => {
          const answer = answers.get(to);
          if (answer === undefined || away.has(to)) throw new Error(`${to} is away`);
          return answer(null, id);
        },
      } as never,
    }),
  );
}

test("the node that collects hears of every node's calls once, the latest use of each session", async () => {
  const [a, b, c] = nodes(["a", "b", "c"]);
  a?.note("ada", 10);
  b?.note("ada", 30);
  c?.note("ada", 20);
  c?.note("bob", 40);
  assert.deepEqual([...((await a?.collect())?.used ?? [])].sort(), [
    ["ada", 30],
    ["bob", 40],
  ]);
  assert.equal((await b?.collect())?.used.size, 0, "what was told is not told again");
});

test("a node that is away keeps what it noted", async () => {
  const away = new Set(["b"]);
  const [a, b] = nodes(["a", "b"], away);
  b?.note("ada", 10);
  assert.equal((await a?.collect())?.used.size, 0);
  away.clear();
  assert.equal((await a?.collect())?.used.get("ada"), 10);
});

test("more than fits into one answer comes with the next ones", async () => {
  const alone = createLastUse({ cluster: null, peers: null });
  for (let each = 0; each <= handedOverMax; each++) alone.note(`session ${each}`, each);
  const first = await alone.collect();
  assert.deepEqual([first.used.size, first.more], [handedOverMax, true]);
  const rest = await alone.collect();
  assert.deepEqual([rest.used.size, rest.more], [1, false]);
});
