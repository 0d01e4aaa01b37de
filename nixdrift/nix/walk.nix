# Lists the derivations below some attribute paths of a value, in one evaluation.
#
#   root     the value: a flake's outputs, or what an expression file gives
#   starts   [ { path; enter; } ]: where to look; "*" in a path stands for every attribute, and `enter` says
#            how many levels of sets are looked into even without recurseForDerivations
#   guarded  whether what throws is reported as failed; otherwise Nix stops there and says why
#   shallow  whether a set is only listed, by the names of its attributes
#
# Forcing `drvPath` is what writes the store derivation.
{ root, starts, guarded, shallow }:

let
  inherit (builtins)
    attrNames concatMap filter getAttr hasAttr head isAttrs isFunction tail unsafeDiscardStringContext
    unsafeGetAttrPos;

  try = value: if guarded then builtins.tryEval value else { success = true; inherit value; };

  position = set: name:
    let found = builtins.tryEval (unsafeGetAttrPos name set);
    in if found.success && found.value != null then { inherit (found.value) file line; } else null;

  kind = value:
    if isFunction value then "function"
    else if !(isAttrs value) then "other"
    else if (value.type or null) == "derivation" then "derivation"
    else if (value.recurseForDerivations or false) == true then "recursive"
    else "set";

  leaf = path: at: value: [ { inherit path; kind = value; position = at; } ];

  # Where the attributes of a derivation are written that decide what it is made from.
  telling = [
    "src" "srcs" "url" "urls" "rev" "ref" "tag" "hash" "sha256" "outputHash" "name" "version" "args" "builder"
    "vendorHash" "vendorSha256" "cargoHash" "cargoSha256" "npmDepsHash" "pnpmDeps" "mvnHash"
    "__noChroot" "__impureHostDeps" "__impure" "impureEnvVars"
  ];
  attributesOf = value:
    let found = builtins.tryEval (value.drvAttrs or { });
    in if found.success && isAttrs found.value then found.value else { };
  places = value:
    let
      at = set: filter (place: place.value != null) (map
        (name: { inherit name; value = if hasAttr name set then position set name else null; })
        telling);
    in builtins.listToAttrs (at (attributesOf value) ++ at value);
  isDerivation = value: isAttrs value && (value.type or null) == "derivation" && value ? drvPath;
  # Those of a derivation itself, and of the derivations that are its attributes.
  allPlaces = drvPath: value:
    let
      inside = filter (one: (builtins.tryEval (isDerivation one)).value) (builtins.attrValues (attributesOf value));
      pathOf = one: builtins.tryEval (unsafeDiscardStringContext one.drvPath);
    in
    [ { inherit drvPath; places = places value; } ]
    ++ concatMap (one: let path = pathOf one; in if path.success then [ { drvPath = path.value; places = places one; } ] else [ ]) inside;

  visit = enter: path: at: value:
    let
      found = try (kind value);
      drvPath = try (unsafeDiscardStringContext value.drvPath);
      names = filter (name: name != "recurseForDerivations") (attrNames value);
      isSet = found.value == "recursive" || found.value == "set";
    in
    if !found.success then leaf path at "failed"
    else if found.value == "derivation" then
      if !drvPath.success then leaf path at "failed"
      else [ {
        inherit path;
        kind = "derivation";
        position = at;
        drvPath = drvPath.value;
        places = allPlaces drvPath.value value;
      } ]
    else if isSet && shallow then [ { inherit path names; kind = found.value; position = at; } ]
    else if found.value == "recursive" || (isSet && enter > 0) then
      concatMap (name: visit (enter - 1) (path ++ [ name ]) (position value name) (getAttr name value)) names
    else leaf path at found.value;

  follow = enter: path: rest: at: value:
    if rest == [ ] then visit enter path at value
    else
      let
        found = try (isAttrs value);
        name = head rest;
        step = n: follow enter (path ++ [ n ]) (tail rest) (position value n) (getAttr n value);
      in
      if !found.success then leaf path at "failed"
      else if !found.value then leaf (path ++ rest) at "missing"
      else if name == "*" then concatMap step (attrNames value)
      else if hasAttr name value then step name
      else leaf (path ++ rest) at "missing";
in
concatMap (start: follow start.enter [ ] start.path null root) starts
