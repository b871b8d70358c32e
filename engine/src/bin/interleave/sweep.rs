//! `interleave sweep`.

use crate::failure::Failure;
use crate::pool::{WallClock, in_pool, machine_threads};
use crate::run::{By, scheduler};
use crate::source;
use clap::ValueEnum;
use engine::scenario::Scenario;
use engine::session::Unwatched;
use engine::session::sweep::{
    Axis, MeasuredPoint, MeasuredSettings, ModelledPoint, Quantity, SweepError, Table, VALUES_MAX,
    Values, csv, measured, modelled, published, sweep,
};
use serde_json::{Value, json};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// A JSON file, `preset:NAME` or a link.
    scenario: String,
    /// What changes from point to point.
    #[arg(long, value_enum)]
    axis: AxisName,
    /// Where, by commas; by default values that suit the axis. Skew and hot are in thousandths, grain in
    /// rounds of about a nanosecond.
    #[arg(long, value_delimiter = ',', value_name = "VALUE,…")]
    values: Option<Vec<u32>>,
    /// Measure on real threads, in turn with the serial crew, instead of counting virtual ticks.
    #[arg(long)]
    measured: bool,
    /// How real threads execute a block (`--measured`).
    #[arg(long, value_enum, default_value_t = By::Chosen, requires = "measured")]
    by: By,
    /// Real threads (`--measured`; by default as many as the machine has).
    #[arg(long, requires = "measured", value_parser = clap::value_parser!(u32).range(1..=1_024))]
    threads: Option<u32>,
    /// Virtual lanes, where they are not the axis; by default the scenario's.
    #[arg(long, conflicts_with = "measured")]
    lanes: Option<u32>,
    /// Another scheduler than the scenario's. See `interleave schedulers`.
    #[arg(long, value_name = "NAME", conflicts_with = "measured")]
    scheduler: Option<String>,
    /// Print one JSON object: the points, and what others published over this axis.
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// Print comma-separated values: the points, and what others published over this axis.
    #[arg(long)]
    csv: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum AxisName {
    Lanes,
    Accounts,
    Skew,
    Hot,
    Distance,
    Pools,
    Grain,
    Block,
}

impl From<AxisName> for Axis {
    fn from(name: AxisName) -> Self {
        match name {
            AxisName::Lanes => Self::Lanes,
            AxisName::Accounts => Self::Accounts,
            AxisName::Skew => Self::Skew,
            AxisName::Hot => Self::Hot,
            AxisName::Distance => Self::Distance,
            AxisName::Pools => Self::Pools,
            AxisName::Grain => Self::Grain,
            AxisName::Block => Self::Block,
        }
    }
}

impl From<SweepError> for Failure {
    fn from(error: SweepError) -> Self {
        match error {
            SweepError::Problems(problems) => problems.into(),
            SweepError::Fault(fault) => fault.into(),
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut scenario = source::scenario(&arguments.scenario)?;
    if let Some(lanes) = arguments.lanes {
        scenario.execution.lanes = lanes;
    }
    if let Some(name) = &arguments.scheduler {
        scenario.execution.scheduler = scheduler(name)?;
    }
    let axis = Axis::from(arguments.axis);
    let threads = arguments.threads.unwrap_or_else(machine_threads);
    let values = values(arguments, &scenario, axis, threads)?;
    let is_plain = !arguments.json && !arguments.csv;
    if arguments.measured {
        // A pool as large as the most threads of any point.
        let most = match axis {
            Axis::Lanes => values.iter().copied().max().unwrap_or(1).min(1_024),
            _ => threads,
        };
        let settings = MeasuredSettings {
            threads,
            method: arguments.by.into(),
        };
        let points = in_pool(most, || {
            measure(&scenario, axis, &values, &settings, is_plain)
        })??;
        return finish(arguments, &scenario, axis, &[], &points);
    }
    let mut points = Vec::new();
    let point = |value, progress: &dyn engine::session::Progress| {
        modelled(&scenario, axis, value, progress)
    };
    sweep(&values, &Unwatched, point, |point| {
        if is_plain {
            println!(
                "{:>8} {} ×{:.2}, at most ×{:.2}; {} aborts, {} waits in {} transactions",
                point.value,
                axis.name(),
                point.speedup(),
                point.bound(),
                point.aborts,
                point.blocked,
                point.transactions
            );
        }
        points.push(point);
    })?;
    finish(arguments, &scenario, axis, &points, &[])
}

/// The values asked for, each checked before the first is run, or those that suit the axis.
fn values(
    arguments: &Arguments,
    scenario: &Scenario,
    axis: Axis,
    threads: u32,
) -> Result<Vec<u32>, Failure> {
    if let Some(problem) = axis.idle(scenario) {
        return Err(vec![problem].into());
    }
    let Some(values) = &arguments.values else {
        let values = axis.values(
            scenario,
            if arguments.measured {
                Values::Measured { threads }
            } else {
                Values::Modelled
            },
        );
        if values.is_empty() {
            // At any value, for what is in the way.
            axis.at(scenario, 1)?;
        }
        return Ok(values);
    };
    if values.len() > VALUES_MAX {
        return Err(Failure::Input(
            format!("{} values are too many", values.len()),
            format!("give at most {VALUES_MAX} with --values"),
        ));
    }
    for value in values {
        axis.at(scenario, *value)?;
    }
    let mut values = values.clone();
    values.sort_unstable();
    values.dedup();
    Ok(values)
}

fn measure(
    scenario: &Scenario,
    axis: Axis,
    values: &[u32],
    settings: &MeasuredSettings,
    is_plain: bool,
) -> Result<Vec<MeasuredPoint>, SweepError> {
    let clock = WallClock::start();
    let mut points = Vec::new();
    let point = |value, progress: &dyn engine::session::Progress| {
        measured(scenario, axis, value, settings, &clock, progress)
    };
    sweep(values, &Unwatched, point, |point| {
        if is_plain {
            println!(
                "{:>8} {} ×{:.2} of serial; {:.0} tx/s on {} threads, {} aborts in {} transactions",
                point.value,
                axis.name(),
                point.speedup(),
                point.throughput(),
                point.threads,
                point.aborts,
                point.transactions
            );
        }
        points.push(point);
    })?;
    Ok(points)
}

fn finish(
    arguments: &Arguments,
    scenario: &Scenario,
    axis: Axis,
    modelled: &[ModelledPoint],
    measured: &[MeasuredPoint],
) -> Result<(), Failure> {
    let published = published(axis);
    if arguments.csv {
        let table = Table {
            axis,
            scheduler: scenario.execution.scheduler,
            modelled,
            measured,
            published,
        };
        print!("{}", csv(&table));
    } else if arguments.json {
        let object = json!({
            "axis": axis.name(),
            "unit": axis.unit(),
            "kind": if arguments.measured { "measured" } else { "modelled" },
            "scheduler": (!arguments.measured).then(|| scenario.execution.scheduler.name()),
            "points": match arguments.measured {
                true => measured.iter().map(measured_json).collect::<Vec<_>>(),
                false => modelled.iter().map(modelled_json).collect(),
            },
            "published": published.iter().map(published_json).collect::<Vec<_>>(),
        });
        println!("{object}");
    } else {
        for curve in published {
            println!(
                "published: {} ({}; {})",
                curve.name, curve.setting, curve.source
            );
            for (value, hundredths) in curve.points {
                let figure = f64::from(*hundredths) / 100.0;
                let of = match curve.quantity {
                    Quantity::Speedup => "of serial",
                    Quantity::OfFirst => "of their first",
                };
                println!("{value:>8} {} ×{figure:.2} {of}", axis.name());
            }
        }
    }
    match measured.iter().find(|point| !point.equals_serial) {
        Some(point) => Err(Failure::Failed(format!(
            "at {} the result differs from that of the serial crew",
            point.value
        ))),
        None => Ok(()),
    }
}

fn modelled_json(point: &ModelledPoint) -> Value {
    let mut value = json!(point);
    value["speedup"] = json!(point.speedup());
    value["bound"] = json!(point.bound());
    value
}

fn measured_json(point: &MeasuredPoint) -> Value {
    let mut value = json!(point);
    value["speedup"] = json!(point.speedup());
    value["tps_without_root"] = json!(point.throughput());
    value
}

fn published_json(curve: &engine::session::sweep::Published) -> Value {
    json!({
        "name": curve.name,
        "setting": curve.setting,
        "source": curve.source,
        "quantity": match curve.quantity {
            Quantity::Speedup => "speedup",
            Quantity::OfFirst => "of_first",
        },
        "points": curve.points.iter().map(|(value, hundredths)| {
            json!([value, f64::from(*hundredths) / 100.0])
        }).collect::<Vec<_>>(),
    })
}
