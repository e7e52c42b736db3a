-- One coefficient under every combination of defensible choices, or as many of them as the var curve_fits allows.
-- Names of several controls and effects are separated by semicolons; sample is empty where every row counts.
-- is_reference marks the fit of the study (all controls, its effects and errors, every row, no winsorising).
{{ suite_table({'specification_curve': 'curve'}) }}
