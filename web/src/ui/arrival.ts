/** Going to the place that an address names by `#`, once it is there: what comes later than the page is scrolled to. */
import { useEffect } from "react";

/** Scrolls to the element of that id, and reads on from there. */
export function useArrival(isThere: boolean): void {
  useEffect(() => {
    if (!isThere) return;
    const arrive = () => {
      const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
      if (target === null) return;
      target.scrollIntoView({ block: "start" });
      target.focus({ preventScroll: true });
    };
    arrive();
    addEventListener("hashchange", arrive);
    return () => removeEventListener("hashchange", arrive);
  }, [isThere]);
}
