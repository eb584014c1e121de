// Who is signed in.
import { queryOptions, useMutation, useQuery } from "@tanstack/react-query";

import { getAuthMe, postAuthLogin, postAuthLogout } from "../api";
import type { DeskUser } from "../api";
import { answer, queries, Refused } from "../frame/queries";

/** The question who is signed in; null is nobody. */
export const me = queryOptions({
  queryKey: ["me"],
  queryFn: async (): Promise<DeskUser | null> => {
    try {
      return (await answer(getAuthMe())).user;
    } catch (error) {
      if (error instanceof Refused && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: 60_000,
});

/** Whoever is signed in, on pages that only they see. */
export function useMe(): DeskUser {
  const user = useQuery(me).data;
  if (!user) throw new Error("This page is for people who have signed in.");
  return user;
}

/** Whether a user answers tickets. */
export const isStaff = (user: DeskUser): boolean => user.role !== "customer";

/** Whether a user runs this instance. */
export const isAdmin = (user: DeskUser): boolean => user.role === "admin" || user.role === "super_admin";

/** Signs in; the session is a cookie that scripts cannot read. */
export function useSignIn() {
  return useMutation({
    mutationFn: (body: { email: string; password: string }) => answer(postAuthLogin({ body })),
    onSuccess: () => queries.resetQueries(),
    meta: { quiet: true },
  });
}

/** Signs out, and forgets everything that was shown. */
export function useSignOut() {
  return useMutation({
    mutationFn: () => answer(postAuthLogout()),
    onSettled: () => {
      queries.clear();
      window.location.assign("/sign-in");
    },
  });
}
