/** The person who is signed in, for every page inside the frame. */
import { createContext, useContext } from "react";
import type { ReadOutput } from "../contract.ts";

export type Me = ReadOutput<"identity.whoAmI"> & { readonly school: ReadOutput<"identity.getSchool"> };

export const MeContext = createContext<Me | null>(null);

export function useMe(): Me {
  const me = useContext(MeContext);
  if (me === null) throw new Error("useMe is for pages inside the frame");
  return me;
}

export function mayCreateCourses({ roles, school }: Me): boolean {
  return roles.includes("admin") || (roles.includes("instructor") && school.instructorsCreateCourses);
}
