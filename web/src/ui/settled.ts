/** A value that changes with every key, as it is once the typing pauses: what is worth asking the server for. */
import { useEffect, useState } from "react";

export const pauseMs = 250;

export function useSettled<Value>(value: Value): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), pauseMs);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
