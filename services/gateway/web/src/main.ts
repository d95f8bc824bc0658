/** Start the page: choose the language, then show the directory. */

import "./styles/base.css";
import "./styles/layout.css";
import "./styles/filters.css";
import "./styles/panels.css";
import "./styles/detail.css";
import "./styles/sheet.css";
import "./styles/map.css";
import "./styles/paper.css";
import "./styles/legend.css";
import "./styles/coverage.css";

import { readConfig } from "./api";
import { App } from "./app";
import { chooseLanguage } from "./language";
import type { MapConfig } from "./types";

const FALLBACK: MapConfig = { base_map: "", node: "", language: "ar", timezone: "" };

const root = document.getElementById("app");
if (root) {
  void readConfig()
    .catch(() => FALLBACK)
    .then((config) => new App(chooseLanguage(location.search, config.language), config).start(root));
}
