// The same articles in two frames: in the portal, and for everybody.
import { useParams } from "@tanstack/react-router";

import { Article } from "./Article";
import { Articles } from "./Articles";

/** All articles, in the portal. */
export const PortalArticles = () => <Articles place="/portal/help/$id" />;

/** All articles, for everybody. */
export const PublicArticles = () => <Articles place="/help/$id" />;

/** One article, in the portal. */
export function PortalArticle() {
  return <Article id={useParams({ from: "/portal/help/$id" }).id} list="/portal/help" />;
}

/** One article, for everybody. */
export function PublicArticle() {
  return <Article id={useParams({ from: "/public/help/$id" }).id} list="/help" />;
}
