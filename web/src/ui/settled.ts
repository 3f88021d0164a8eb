/** A value that changes with every key, as it is once the typing pauses: what is worth asking the server for. */
import { useEffect, useState } from "react";

export const pauseMs = 250;

export function useSettled<Value>(value: Value, pause = pauseMs): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), pause);
    return () => clearTimeout(timer);
  }, [value, pause]);
  return settled;
}
