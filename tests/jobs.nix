# Lists a value's derivations as nix-eval-jobs does: the attributes of the value itself, and below those sets that ask
# for it by recurseForDerivations, or below all.
{ value, force ? false }:

let
  inherit (builtins) attrNames concatMap concatStringsSep isAttrs listToAttrs tryEval unsafeDiscardStringContext;

  path = text: unsafeDiscardStringContext "${text}";
  outputs = one: listToAttrs (map (name: { inherit name; value = path one.${name}.outPath; }) (one.outputs or [ "out" ]));
  evaluated = one: { inherit (one) name system; drvPath = path one.drvPath; outputs = outputs one; };
  enters = at: one: force || at == [ ] || (one.recurseForDerivations or false);

  below = at: one:
    let
      is = tryEval (isAttrs one && (one.type or null) == "derivation");
      job = tryEval (let found = evaluated one; in builtins.seq found.drvPath found);
      named = { attrPath = at; attr = concatStringsSep "." at; };
      failure = named // { error = "error: it throws"; fatal = false; };
    in
    if !is.success then [ failure ]
    else if is.value then [ (if job.success then named // job.value else failure) ]
    else if isAttrs one && enters at one then concatMap (name: below (at ++ [ name ]) one.${name}) (attrNames one)
    else [ ];
in
below [ ] value
