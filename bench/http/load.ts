/** The load, in a process of its own: 64 connections that ask as fast as they are answered. Prints one line of JSON. */
import autocannon from "autocannon";

const { url, method, token, durationMs } = JSON.parse(process.argv[2] ?? "") as {
  url: string;
  method: "GET" | "POST";
  token: string | null;
  durationMs: number;
};
const run = `${Date.now()}`;
let sequence = 0;
const headers: Record<string, string> = {
  "content-type": "application/json",
  ...(token === null ? {} : { authorization: `Bearer ${token}` }),
};
// Every command is another one, with a key of its own, as clients send them.
const command = (request: autocannon.Request): autocannon.Request => {
  const number = `${run}-${++sequence}`;
  const body = JSON.stringify({
    code: number,
    term: "Now",
    title: "A course",
    summary: "Of some length. ".repeat(8),
  });
  return { ...request, body, headers: { ...headers, "idempotency-key": number } };
};
const result = await autocannon({
  url,
  connections: 64,
  duration: durationMs / 1_000,
  requests: [method === "GET" ? { method, headers } : { method, headers, setupRequest: command }],
});
const answered = result["2xx"];
if (result.non2xx > 0 || result.errors > 0 || answered === 0)
  throw new Error(`${result.non2xx} refused, ${result.errors} broken off, ${answered} answered`);
console.log(JSON.stringify({ perSecond: answered / result.duration, p99Ms: result.latency.p99 }));
