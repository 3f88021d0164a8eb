/** The frame of every page: skip link, navigation by role, the person, the state of the connection. */

import { Link, Outlet } from "@tanstack/react-router";
import { useEffect, useSyncExternalStore } from "react";
import { command, renewInMs } from "../client.ts";
import { connection, onConnection } from "../connection.ts";
import { ArchivedBanner } from "../courses/if-open.tsx";
import { hueOf } from "../courses/spine.tsx";
import { usePages, useRead } from "../data.ts";
import { otherNodes, rememberNodes } from "../nodes.ts";
import { SearchBox } from "../search/search-box.tsx";
import { Icon, type IconName } from "../ui/icon.tsx";
import { Mark } from "../ui/mark.tsx";
import { Avatar, Skeleton } from "../ui/pieces.tsx";
import { type MessageKey, useText } from "../ui/text.ts";
import { Toasts } from "../ui/toast.tsx";
import { Loaded } from "./loaded.tsx";
import { type Me, MeContext, useMe } from "./me.ts";
import { SecondStepBanner } from "./second-step-banner.tsx";
import { ViewBanner } from "./view-banner.tsx";

const courseLinksMax = 12;
const otherNodesMax = 4;
const countEveryMs = 60_000;
/** So far the server counts. */
const countMax = 100;
/** Browsers fire timers that are further away than this at once. */
const timerMsMax = 2 ** 31 - 1;

export function Frame() {
  const whoAmI = useRead("identity.whoAmI", {});
  const school = useRead("identity.getSchool", {});
  const data =
    whoAmI.data !== undefined && school.data !== undefined
      ? { ...whoAmI.data, school: school.data }
      : undefined;
  const error = whoAmI.error ?? school.error;
  const refetch = () => Promise.all([whoAmI.refetch(), school.refetch()]);
  if (data === undefined)
    return (
      <main className="page">
        {error === null ? (
          <Skeleton lines={5} />
        ) : (
          <Loaded of={{ data, error, refetch: refetch as never }}>{() => null}</Loaded>
        )}
      </main>
    );
  return (
    <MeContext value={data}>
      <FrameOf me={data} />
    </MeContext>
  );
}

function FrameOf({ me }: { readonly me: Me }) {
  const text = useText();
  useRenewal(me);
  useNodes();
  return (
    <div className="frame">
      <a className="skip-link" href="#main">
        {text("skip")}
      </a>
      <header className="rail">
        <Link to="/" className="brand">
          <Mark />
          {me.school.name}
        </Link>
        <SearchBox />
        <nav className="nav" aria-label={text("nav.main")}>
          <PlaceLinks me={me} className="nav-link" />
        </nav>
        <CourseLinks />
        <div className="rail-foot">
          <Link to="/account" className="nav-link">
            <Avatar name={me.person.name} />
            <span className="person-text">{me.person.name}</span>
            <span className="visually-hidden">{text("nav.account")}</span>
          </Link>
        </div>
      </header>
      <div>
        <ViewBanner />
        <SecondStepBanner />
        <ConnectionBanner />
        <ArchivedBanner />
        <main id="main" tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      <nav className="bar" aria-label={text("nav.bar")}>
        {/* The account is behind the picture at the top, and six places are as many as a phone has room for. */}
        <PlaceLinks me={me} className="bar-link" />
      </nav>
      <Toasts />
    </div>
  );
}

function PlaceLinks({ me, className }: { readonly me: Me; readonly className: string }) {
  const text = useText();
  return placesOf(me).map(({ to, icon, label }) => (
    <Link key={to} to={to} className={className} activeOptions={{ exact: to === "/", includeSearch: false }}>
      <Icon name={icon} />
      {text(label)}
      {to === "/notices" && <UnreadCount />}
    </Link>
  ));
}

interface Place {
  readonly to: "/" | "/calendar" | "/queries" | "/notices" | "/people" | "/school";
  readonly icon: IconName;
  readonly label: MessageKey;
}

function placesOf(me: Me): readonly Place[] {
  const places: Place[] = [
    { to: "/", icon: "home", label: "nav.home" },
    { to: "/calendar", icon: "clock", label: "nav.calendar" },
    { to: "/queries", icon: "query", label: "nav.queries" },
    { to: "/notices", icon: "bell", label: "nav.notices" },
  ];
  if (me.roles.includes("admin"))
    places.push(
      { to: "/people", icon: "people", label: "nav.people" },
      { to: "/school", icon: "school", label: "nav.school" },
    );
  return places;
}

/** How many notices wait to be read; nothing while there are none. */
function UnreadCount() {
  const text = useText();
  const count = useRead("notices.countNotices", {}, { everyMs: countEveryMs }).data?.unread ?? 0;
  if (count === 0) return null;
  return (
    <span className="nav-count">
      <span aria-hidden="true">{count < countMax ? count : `${countMax - 1}+`}</span>
      <span className="visually-hidden">{text("nav.unread", { count })}</span>
    </span>
  );
}

function CourseLinks() {
  const text = useText();
  const courses = usePages("courses.listCourses", {});
  const shown = courses.data?.pages[0]?.items.slice(0, courseLinksMax) ?? [];
  const { person } = useMe();
  if (shown.length === 0) return null;
  return (
    <nav className="nav" aria-label={text("nav.courses")} key={person.id}>
      <p className="nav-title">{text("nav.courses")}</p>
      {shown.map((course) => (
        <Link
          key={course.courseId}
          to="/courses/$courseId"
          params={{ courseId: course.courseId }}
          className="nav-link"
        >
          <span className="nav-spine" style={{ background: `var(--hue-${hueOf(course.code)})` }} />
          {course.title}
        </Link>
      ))}
    </nav>
  );
}

/** Says that the school cannot be reached, and that what was asked of it goes on by itself. */
function ConnectionBanner() {
  const text = useText();
  const state = useSyncExternalStore(onConnection, connection);
  return (
    <div role="status">
      {state !== "fine" && (
        <p className="connection">
          {text(`connection.${state}`)}
          {(state === "moved" || state === "lost") && <OtherNodes />}
        </p>
      )}
    </div>
  );
}

/** The same page at the school's other nodes: where a reload would find only the one that is gone. */
function OtherNodes() {
  const text = useText();
  return otherNodes()
    .slice(0, otherNodesMax)
    .map((origin) => (
      <a key={origin} href={`${origin}${location.pathname}${location.search}`}>
        {text("connection.goOn", { host: new URL(origin).host })}
      </a>
    ));
}

/** Learns the school's other nodes while this one can still tell. */
function useNodes(): void {
  const cluster = useRead("cluster.getLeader", {});
  const nodes = cluster.data?.nodes;
  useEffect(() => {
    if (nodes !== undefined) rememberNodes(nodes.flatMap(({ httpUrl }) => httpUrl ?? []));
  }, [nodes]);
}

/** Renews the session before it ends, as long as the page is open. */
function useRenewal({ session }: Me): void {
  const expiresAt = session?.expiresAt ?? null;
  useEffect(() => {
    if (expiresAt === null) return;
    const pause = Math.min(renewInMs(expiresAt, Date.now()), timerMsMax);
    const timer = setTimeout(() => {
      // If it fails, the next call is refused and the person signs in again.
      command("identity.renewSession", {}).catch(() => undefined);
    }, pause);
    return () => clearTimeout(timer);
  }, [expiresAt]);
}
