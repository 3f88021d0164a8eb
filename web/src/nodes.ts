/**
 * Which of the school's nodes this page talks to. It begins with the one that served it; when that one cannot be
 * reached, the same call goes to the next, under the same key, so that nothing happens twice and nobody has to act.
 * Only nodes on the same host are asked: elsewhere the browser would not send the session's cookie. The others are
 * offered as links.
 */
/** A node answers later than this only when it is gone without a word; it retries for ten seconds by itself. */
const answerMsMax = 20_000;

/** Where calls go now: nothing for the node that served the page, otherwise another node's origin. */
let current = "";
let sisters: readonly string[] = [];
let strangers: readonly string[] = [];

/** Takes the addresses of the school's nodes, as the cluster gives them. */
export function rememberNodes(addresses: readonly string[]): void {
  const origins = [...new Set(addresses.map((address) => new URL(address).origin))];
  const others = origins.filter((origin) => origin !== location.origin);
  sisters = others.filter(hasOurCookies);
  strangers = others.filter((origin) => !hasOurCookies(origin));
}

/** Addresses of other nodes where one may go on with the same page, the one in use first. */
export function otherNodes(): readonly string[] {
  const ordered = current === "" ? sisters : [current, ...sisters.filter((origin) => origin !== current)];
  return [...ordered, ...strangers];
}

/** The address of `path` at the node that is asked now. */
export function atNode(path: string): string {
  return current + path;
}

/** The origin of the node that is asked now. */
export function originInUse(): string {
  return current === "" ? location.origin : current;
}

/** Whether the page now talks to another node than the one that it came from. */
export function hasMoved(): boolean {
  return current !== "";
}

/** Fetches `path` from the node in use, and from each of the others when that one cannot be reached. */
export async function fetchFromNodes(path: string, init: RequestInit): Promise<Response> {
  const order = [current, ...["", ...sisters].filter((node) => node !== current)];
  let failure: unknown = null;
  for (const node of order) {
    try {
      const response = await fetch(node + path, {
        ...init,
        credentials: "include",
        signal: limited(init.signal),
      });
      current = node;
      return response;
    } catch (error) {
      if (init.signal?.aborted) throw error;
      failure = error;
    }
  }
  throw failure;
}

/**
 * A part of the app that is loaded late comes from the node that is gone: the page that was asked for is opened at the
 * node in use instead.
 */
export function openPagesWhereTheyAre(): void {
  addEventListener("vite:preloadError", (event) => {
    void findNode().then((found) => {
      if (found && hasMoved())
        location.replace(atNode(`${location.pathname}${location.search}${location.hash}`));
    });
    if (hasMoved()) event.preventDefault();
  });
}

/** Asks the nodes until one answers; for work that does not go through calls (sending files). */
export async function findNode(): Promise<boolean> {
  return fetchFromNodes("/healthz", {}).then(
    () => true,
    () => false,
  );
}

function limited(signal: AbortSignal | null | undefined): AbortSignal {
  const limit = AbortSignal.timeout(answerMsMax);
  return signal == null ? limit : AbortSignal.any([signal, limit]);
}

function hasOurCookies(origin: string): boolean {
  const { hostname, protocol } = new URL(origin);
  return hostname === location.hostname && protocol === location.protocol;
}
