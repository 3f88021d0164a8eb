/** The text of a failure as the trailer `grpc-message` bears it. */
import { Http2ServerResponse, type OutgoingHttpHeaders } from "node:http2";

const trailerName = "grpc-message";

/**
 * gRPC encodes what is not printable ASCII, and the percent sign, and nothing else. The library encodes every comma and
 * colon too, which @grpc/grpc-js shows as `%2C` and `%3A`: it decodes only what need be encoded.
 */
export function withPlainMessage(trailers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  const encoded = trailers[trailerName];
  return typeof encoded === "string"
    ? { ...trailers, [trailerName]: messageTrailer(decodeURIComponent(encoded)) }
    : trailers;
}

function messageTrailer(text: string): string {
  return text.replaceAll(/[^ -~]+|%/gu, encodeURIComponent);
}

/** An answer whose failure is told in the way above. */
export class GrpcResponse extends Http2ServerResponse {
  override addTrailers(trailers: OutgoingHttpHeaders): void {
    super.addTrailers(withPlainMessage(trailers));
  }
}
