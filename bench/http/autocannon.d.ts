/** The part of autocannon that the benchmark uses; it comes without types. */
declare module "autocannon" {
  namespace autocannon {
    interface Request {
      readonly method: string;
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly setupRequest?: (request: Request) => Request;
    }
    interface Result {
      readonly "2xx": number;
      readonly non2xx: number;
      readonly errors: number;
      /** Seconds. */
      readonly duration: number;
      readonly latency: { readonly p99: number };
    }
  }
  function autocannon(options: {
    readonly url: string;
    readonly connections: number;
    readonly duration: number;
    readonly requests: readonly autocannon.Request[];
  }): Promise<autocannon.Result>;
  export = autocannon;
}
