/** The style sheets in the order of their layers; pages add their own to the layer `pages`. */
import "./tokens.css";
import "./base.css";
import "./controls.css";
import "./overlays.css";
import "./layout.css";
