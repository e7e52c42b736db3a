# Rscript table2.R SAMPLES OUTPUT: table 2 of each study from the samples that export.py wrote.
#
# Writes OUTPUT/table2.csv (specification, errors, term, estimate, standard error, rows) and OUTPUT/session.txt.
# Slopes: plm where units have effects, AER::ivreg for two-stage least squares, lm elsewhere; where plm is used, lm with
# the dummies written out has to agree. Standard errors: classical by plm and ivreg; HC1 by sandwich::vcovHC of the
# regression with dummies; clustered by sandwich::vcovCL without its corrections, times G/(G-1) (N-1)/(N-k), k without
# the effects of units, which are nested in the clusters.
suppressMessages({library(plm); library(AER); library(sandwich)})
arguments <- commandArgs(trailingOnly = TRUE)
samples <- arguments[1]
output <- arguments[2]
specifications <- read.csv(file.path(samples, "specifications.csv"), colClasses = "character")

words <- function(text) strsplit(text, " ", fixed = TRUE)[[1]]

rows_of <- function(specification, errors, estimates, standard_errors, terms, n) {
  data.frame(
    spec_id = specification$spec_id, errors = errors, term = ifelse(terms == "(Intercept)", "constant", terms),
    estimate = unname(estimates[terms]), standard_error = unname(standard_errors[terms]), n = n
  )
}

clustered <- function(model, unit, nested) {
  n <- length(unit)
  groups <- length(unique(unit))
  k <- length(coef(model)) - nested
  vcovCL(model, cluster = unit, type = "HC0", cadjust = FALSE) * groups / (groups - 1) * (n - 1) / (n - k)
}

estimate <- function(specification) {
  data <- read.csv(file.path(samples, paste0(specification$spec_id, ".csv")), colClasses = c(unit = "character"))
  data$time <- factor(data$time)
  data$unit <- factor(data$unit)
  slopes <- c(words(specification$endogenous), words(specification$regressors))
  slopes <- slopes[slopes != ""]
  exogenous <- words(specification$regressors)
  has_units <- specification$unit_effects != "none"
  effects <- c(if (has_units) "unit", if (specification$time_effects != "none") "time")
  right <- paste(c(slopes, effects), collapse = " + ")
  # the effects of units beyond the one that the constant holds
  nested <- if (has_units) nlevels(data$unit) - 1 else 0
  is_two_stage <- specification$endogenous != ""
  if (is_two_stage) {
    excluded <- paste(c(words(specification$instruments), exogenous, effects), collapse = " + ")
    written_out <- ivreg(as.formula(paste("y ~", right, "|", excluded)), data = data)
  } else {
    written_out <- lm(as.formula(paste("y ~", right)), data = data)
  }
  estimates <- coef(written_out)
  stopifnot(!anyNA(estimates))
  terms <- c(slopes, "(Intercept)")
  if (specification$vcov == "hc1") {
    errors <- sqrt(diag(vcovHC(written_out, type = "HC1")))
  } else {
    errors <- sqrt(diag(vcov(written_out)))
  }
  if (has_units && !is_two_stage) {
    panel <- pdata.frame(data, index = c("unit", "time"))
    within <- paste(c(slopes, if ("time" %in% effects) "time"), collapse = " + ")
    model <- plm(as.formula(paste("y ~", within)), data = panel, model = "within", effect = "individual")
    stopifnot(all.equal(coef(model)[slopes], estimates[slopes], tolerance = 1e-8))
    estimates[slopes] <- coef(model)[slopes]
    if (specification$vcov == "classical") errors[slopes] <- sqrt(diag(vcov(model)))[slopes]
    if (specification$unit_effects == "absorbed") {
      # the constant is then the mean over units, which the regression with dummies does not print
      constant <- within_intercept(model)
      estimates["(Intercept)"] <- as.numeric(constant)
      errors["(Intercept)"] <- as.numeric(attr(constant, "se"))
    }
  }
  by_place <- sqrt(diag(clustered(written_out, data$unit, nested)))
  known <- if (specification$unit_effects == "absorbed") slopes else terms
  rbind(
    rows_of(specification, specification$vcov, estimates, errors, terms, nrow(data)),
    rows_of(specification, "cluster", estimates, by_place, known, nrow(data))
  )
}

results <- do.call(rbind, lapply(seq_len(nrow(specifications)), function(row) estimate(specifications[row, ])))
for (column in c("estimate", "standard_error")) results[[column]] <- formatC(results[[column]], digits = 15, format = "g")
write.csv(results, file.path(output, "table2.csv"), row.names = FALSE, quote = FALSE)
writeLines(capture.output(sessionInfo()), file.path(output, "session.txt"))
