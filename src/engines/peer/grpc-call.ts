/** How a call of gRPC begins and is refused on a plain HTTP/2 stream, for the streams that bypass connect for speed. */
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  constants,
  type ServerHttp2Stream,
} from "node:http2";
import { Code, type ConnectError } from "@connectrpc/connect";

/** The method whose calls carry Raft's messages. */
export const appendEntriesPath = "/lyceum.peer.v1.RaftService/AppendEntries";
/** The method whose calls carry questions. */
export const askPath = "/lyceum.peer.v1.RaftService/Ask";

const contentType = "application/grpc+proto";

/** Begins a call with a stream both ways. */
export function openCall(session: ClientHttp2Session, path: string): ClientHttp2Stream {
  return session.request(
    { ":method": "POST", ":path": path, "content-type": contentType, te: "trailers" },
    { endStream: false },
  );
}

/** Calls back when the other side does not want the call. Transient: it may take it a moment later. */
export function onRefusal(
  stream: ClientHttp2Stream,
  refused: (said: string, isTransient: boolean) => void,
): void {
  const look = (headers: Readonly<Record<string, string | string[] | number | undefined>>) => {
    const status = headers["grpc-status"];
    if (
      headers[constants.HTTP2_HEADER_STATUS] !== undefined &&
      headers[constants.HTTP2_HEADER_STATUS] !== 200
    )
      refused(`it answers as an HTTP server would (${headers[constants.HTTP2_HEADER_STATUS]})`, false);
    else if (status !== undefined && status !== "0")
      refused(
        plainText(String(headers["grpc-message"] ?? `gRPC status ${status}`)),
        status === String(Code.Unavailable),
      );
  };
  stream.on("response", look);
  stream.on("trailers", look);
}

/** gRPC sends its messages percent-encoded. */
function plainText(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}

/** Takes a call: what is sent from now on reaches the caller. */
export function acceptStream(stream: ServerHttp2Stream): void {
  stream.respond({ ":status": 200, "content-type": contentType });
}

/** Ends a call before it began, with a status that says why; once begun or ended it stays as it is. */
export function refuseStream(stream: ServerHttp2Stream, error: ConnectError): void {
  if (stream.destroyed || stream.closed || stream.headersSent) return;
  stream.respond(
    {
      ":status": 200,
      "content-type": contentType,
      "grpc-status": String(error.code),
      "grpc-message": encodeURIComponent(error.rawMessage),
    },
    { endStream: true },
  );
}
